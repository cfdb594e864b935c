"""What the command line prints during long work."""

from io import StringIO

import pytest
from rich.console import Console

from edu_cli import ui


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    file = StringIO()
    monkeypatch.setattr(ui, "console", Console(file=file))
    return file


@pytest.mark.parametrize(("seconds", "lines"), [(0.0, ["Work", "half", "all"]), (60.0, ["Work"])])
def test_progress_that_no_terminal_shows_is_a_line_now_and_then(
    printed: StringIO, monkeypatch: pytest.MonkeyPatch, seconds: float, lines: list[str]
) -> None:
    monkeypatch.setattr(ui, "LINE_SECONDS", seconds)

    with ui.progress("Work") as tell:
        tell("half")
        tell("all")

    assert printed.getvalue().splitlines() == lines
