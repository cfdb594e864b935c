"""`seed`, `reset`, `audit`: the content of the databases."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.prompt import Confirm

from edu_cli.devserver import data
from edu_cli.devserver.seeding import Size
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, show_findings

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]


def seed(
    size: Annotated[
        Size,
        typer.Option(help="small: 501 users, 1,000 courses; full: 50,001 users, 100,000 courses; x10: ten times that."),
    ] = "small",
    yes: Yes = False,
) -> None:
    """Replace everything in the databases by demonstration data.

    The same size always gives the same data. Works whether the platform runs or not.
    """
    state = State(default_state_directory())
    _confirm(f"This replaces all users, courses and payments by the {size} demonstration data. Continue?", yes)
    data.replace(state, size)


def reset(yes: Yes = False) -> None:
    """Delete all data: databases, keys, mails, logs."""
    state = State(default_state_directory())
    _confirm(f"This permanently deletes every user, course and payment in {state.root}. Continue?", yes)
    data.delete(state)
    console.print("All data is deleted. [bold]./edu up[/] starts from nothing.")


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise LocalError(f"{question} There is no terminal to confirm at; add --yes to confirm in advance.")
    if not Confirm.ask(question, console=console, default=False):
        raise typer.Exit(1)


def audit(
    receipts: Annotated[
        Path | None, typer.Option(help="A file of operations acknowledged to clients, as edu chaos writes it.")
    ] = None,
) -> None:
    """Check the five databases for violated invariants.

    Ends with status 1 when there is one.
    Each purchase is charged once, fulfilled once and announced once, no event is undelivered, totals match their
    rows. Works whether the platform runs or not. While it is in use, events under way show as undelivered.
    """
    from edu_seed import invariants
    from edu_seed.errors import SeedError
    from edu_seed.invariants import receipts as receipts_file

    try:
        known = receipts_file.read(receipts) if receipts else None
        with data.opened(State(default_state_directory())) as urls:
            findings = asyncio.run(invariants.audit(urls, known))
    except SeedError as error:
        raise LocalError(str(error)) from error
    show_findings(findings)
    if any(finding.exceptions for finding in findings):
        raise typer.Exit(1)
    console.print("\nAll invariants hold.")
