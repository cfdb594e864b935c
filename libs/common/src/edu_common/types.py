"""Types of fields in request bodies: bounded, and free of characters that no text needs."""

import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f]")
CONTROL_BUT_LAYOUT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x9f]")
SPACING = re.compile(r"\r\n|[\t\n\v\f\r\x85\u2028\u2029]")
"""Characters that only change spacing: text pasted from Word contains vertical tabs, from a table, tabs."""
LINE_BREAK = re.compile(r"[\v\f\x85\u2028\u2029]")


def _to_wire(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = BeforeValidator(_whole)
"""Goes with a strict int, to be a whole number as JSON has it: 3.0 is one, `true` and `"3"` are none."""

Money = Annotated[Decimal, PlainSerializer(_to_wire, return_type=str)]
"""An amount in a response: exact here, a string with two decimals in JSON."""


def _on_one_line(value: Any) -> Any:
    return SPACING.sub(" ", value) if isinstance(value, str) else value


def _with_plain_line_breaks(value: Any) -> Any:
    return LINE_BREAK.sub("\n", value) if isinstance(value, str) else value


def _reject_controls(value: str) -> str:
    return _reject(CONTROL, value)


def _reject_controls_but_layout(value: str) -> str:
    return _reject(CONTROL_BUT_LAYOUT, value)


def _reject(pattern: re.Pattern[str], value: str) -> str:
    found = pattern.search(value)
    if found:
        code = f"U+{ord(found.group()):04X}"
        raise PydanticCustomError("control_character", "contains the control character {code}", {"code": code})
    return value


def _visible(value: str) -> str:
    if all(unicodedata.category(character) in {"Cf", "Zs", "Mn"} for character in value):
        raise PydanticCustomError("blank", "must not be blank")
    return value


def line(max_length: int, min_length: int = 1) -> Any:
    """Return the type of one line of text.

    The text is trimmed; tabs and line breaks become spaces. Other control characters are rejected, and so is text
    without visible characters if `min_length` is set.
    """
    checks = [AfterValidator(_reject_controls)]
    if min_length:
        checks.append(AfterValidator(_visible))
    constraints = StringConstraints(strip_whitespace=True, min_length=min_length, max_length=max_length)
    return Annotated[str, BeforeValidator(_on_one_line), constraints, *checks]  # type: ignore[return-value] # at run time


def text_block(max_length: int, min_length: int = 0) -> Any:
    """Return the type of longer text.

    Line breaks and tabs stay, vertical tabs and other separators become line breaks, other control characters are
    rejected.
    """
    constraints = StringConstraints(min_length=min_length, max_length=max_length)
    checks = AfterValidator(_reject_controls_but_layout)
    return Annotated[str, BeforeValidator(_with_plain_line_breaks), constraints, checks]


class Body(BaseModel):
    """Base of request bodies: unknown fields are rejected."""

    model_config = ConfigDict(extra="forbid")


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class Patch(Body):
    """Base of partial updates: a field that is absent stays as it is.

    Defaults only say which fields may be absent, so the OpenAPI document has none.
    """

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent."""
        return self.model_dump(exclude_unset=True)
