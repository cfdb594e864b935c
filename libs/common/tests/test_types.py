"""Types of fields: pasted text is accepted, characters that no text needs are rejected."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from edu_common.types import line, text_block

LINE: TypeAdapter[str] = TypeAdapter(line(20))
TEXT: TypeAdapter[str] = TypeAdapter(text_block(20))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Intro\tto SQL", "Intro to SQL"),
        ("Intro\r\nto SQL", "Intro to SQL"),
        ("Intro\vto\u2028SQL\x85", "Intro to SQL"),
        ("\tIntro\n", "Intro"),
    ],
)
def test_a_line_keeps_words_apart_by_spaces(sent: str, kept: str) -> None:
    assert LINE.validate_python(sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("one\vtwo", "one\ntwo"),
        ("one\ftwo\x85three", "one\ntwo\nthree"),
        ("one\u2028two\u2029three", "one\ntwo\nthree"),
        ("one\r\n\ttwo", "one\r\n\ttwo"),
    ],
)
def test_a_text_keeps_its_lines(sent: str, kept: str) -> None:
    assert TEXT.validate_python(sent) == kept


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9b"])
@pytest.mark.parametrize("field", [LINE, TEXT])
def test_other_control_characters_are_rejected(field: TypeAdapter[str], character: str) -> None:
    with pytest.raises(ValidationError, match="contains the control character"):
        field.validate_python(f"a{character}b")


@pytest.mark.parametrize("sent", ["", " \t\n", "\u200b", "x" * 21, None, 1, ["a"]])
def test_a_line_is_text_that_is_seen(sent: Any) -> None:
    with pytest.raises(ValidationError):
        LINE.validate_python(sent)
