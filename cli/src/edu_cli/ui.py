"""What the command line prints: steps with their times, progress, tables, errors."""

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.table import Table
from rich.text import Text

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

LINE_SECONDS = 30.0


@contextmanager
def step(title: str) -> Generator[None]:
    """Show a running step with a spinner, then a line with the time it took."""
    started = time.monotonic()
    with console.status(f"{title} …"):
        yield
    console.print(f"[green]✓[/] {title} [dim]{time.monotonic() - started:.1f} s[/]")


@contextmanager
def progress(title: str) -> Generator[Callable[[str], None]]:
    """Yield a function that shows the progress of long work: beside a spinner or, without a terminal, as lines.

    Without a terminal a line is printed at most every `LINE_SECONDS` seconds.
    """
    if console.is_terminal:
        with console.status(title) as status:
            yield status.update
        return
    console.print(title)
    printed = time.monotonic()

    def update(text: str) -> None:
        nonlocal printed
        if time.monotonic() - printed >= LINE_SECONDS:
            printed = time.monotonic()
            console.print(text)

    yield update


def print_error(message: str) -> None:
    """Print an error on stderr."""
    errors.print(Text.assemble(("error: ", "bold red"), message), soft_wrap=True)


def warn(message: str) -> None:
    """Print a note on stderr."""
    errors.print(Text.assemble(("note: ", "bold yellow"), message), soft_wrap=True)


def table(*columns: str, title: str | None = None) -> Table:
    """Return an empty table in the style of this command line; long cells wrap, nothing is truncated."""
    rows = Table(title=title, title_justify="left", header_style="bold", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        rows.add_column(column, overflow="fold")
    return rows


def filled_table(head: Sequence[object], *rows: Sequence[object]) -> Table:
    """Return a table of these rows."""
    result = table(*map(str, head))
    for row in rows:
        result.add_row(*map(str, row))
    return result


class Finding(Protocol):
    """Whether an invariant holds; its text names it, and says how it is violated."""

    @property
    def exceptions(self) -> Sequence[object]: ...


def show_findings(findings: Iterable[Finding]) -> None:
    """Print a line for each invariant: that it holds, or how it is violated."""
    for finding in findings:
        mark = ("✗ ", "bold red") if finding.exceptions else ("✓ ", "green")
        console.print(Text.assemble(mark, str(finding)), soft_wrap=True)
