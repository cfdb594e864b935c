"""What the command line prints: steps with their times, tables, the panel with the address."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from edu_cli.devserver import seeding
from edu_cli.devserver.platform import ADMIN_EMAIL, DEMO_PASSWORD

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

LINE_SECONDS = 30.0


@contextmanager
def step(title: str) -> Generator[None]:
    """Show a running step with a spinner, then a line with the time that it took."""
    started = time.monotonic()
    with console.status(f"{title} …"):
        yield
    console.print(f"[green]✓[/] {title} [dim]{time.monotonic() - started:.1f} s[/]")


@contextmanager
def progress(title: str) -> Generator[Callable[[str], None]]:
    """Show how far long work is, as the yielded function is told: beside a spinner, or else in a line now and then."""
    if console.is_terminal:
        with console.status(title) as status:
            yield status.update
        return
    console.print(title)
    told = time.monotonic()

    def tell(what: str) -> None:
        nonlocal told
        if time.monotonic() - told >= LINE_SECONDS:
            told = time.monotonic()
            console.print(what)

    yield tell


def tell_error(message: str) -> None:
    errors.print(Text.assemble(("error: ", "bold red"), message), soft_wrap=True)


def warn(message: str) -> None:
    errors.print(Text.assemble(("note: ", "bold yellow"), message), soft_wrap=True)


def show_address(url: str, seeded: str | None) -> None:
    """The panel that ends `edu up`; `seeded` is the size of the demonstration data, None without."""
    accounts = Table.grid(padding=(0, 2))
    for role, email in {"admin": ADMIN_EMAIL, **(seeding.accounts(seeded) if seeded else {})}.items():
        accounts.add_row(role, email, DEMO_PASSWORD)
    body = Table.grid(padding=(0, 0))
    body.add_row(Text(url, style="bold underline"))
    body.add_row("")
    body.add_row(accounts)
    console.print(Panel(body, title="EduPlatform is running", border_style="green", expand=False, padding=(1, 3)))


def table(*columns: str, title: str | None = None) -> Table:
    """A table in the style of this command line; long cells go on in the next line, nothing is cut off."""
    rows = Table(title=title, title_justify="left", header_style="bold", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        rows.add_column(column, overflow="fold")
    return rows


def shown(head: Sequence[object], *rows: Sequence[object]) -> Table:
    """A table of all of these rows."""
    result = table(*map(str, head))
    for row in rows:
        result.add_row(*map(str, row))
    return result
