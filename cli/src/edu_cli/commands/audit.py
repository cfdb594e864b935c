"""`audit`: whether the platform has kept what it promised."""

import asyncio
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from edu_cli.devserver.platform import Platform
from edu_cli.devserver.services import NAMES
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, step
from edu_seed import invariants
from edu_seed.errors import SeedError
from edu_seed.invariants import Finding
from edu_seed.invariants import receipts as receipts_file


def audit(
    receipts: Annotated[
        Path | None, typer.Option(help="A file of what clients were told has been done, as edu chaos writes it.")
    ] = None,
) -> None:
    """Ask the five databases whether every promise was kept; ends with status 1 when one was not.

    Each purchase charged once, fulfilled once and told once, nothing undelivered, totals equal to their rows.
    Works whether the platform runs or not. While it is used, what is under way shows as undelivered.
    """
    try:
        known = receipts_file.read(receipts) if receipts else None
        with databases(State(default_state_directory())) as urls:
            findings = asyncio.run(invariants.audit(urls, known))
    except SeedError as error:
        raise LocalError(str(error)) from error
    show_findings(findings)
    if any(finding.exceptions for finding in findings):
        raise typer.Exit(1)
    console.print("\nEvery promise was kept.")


def show_findings(findings: Iterable[Finding]) -> None:
    """A line for each promise: kept, or what is wrong."""
    for finding in findings:
        mark = ("✗ ", "bold red") if finding.exceptions else ("✓ ", "green")
        console.print(Text.assemble(mark, str(finding)), soft_wrap=True)


@contextmanager
def databases(state: State) -> Generator[Mapping[str, str]]:
    """The five databases' addresses; Postgres is started for as long as they are used when it does not run."""
    run = state.run()
    if state.in_use() and run:
        yield addresses(state, run.postgres_port)
        return
    platform = Platform(state.root)
    try:
        platform.start_databases(step)
        yield addresses(state, platform.postgres.port)
    finally:
        platform.stop(step)


def addresses(state: State, port: int) -> Mapping[str, str]:
    return {name: state.database_url(name, port, "postgresql") for name in NAMES}
