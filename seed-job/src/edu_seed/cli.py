"""The command line."""

import asyncio
import json
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from edu_seed import __version__
from edu_seed.databases import read_urls
from edu_seed.errors import SeedError
from edu_seed.invariants import audit, check, receipts
from edu_seed.load import Order, Outcome, seed
from edu_seed.report import Report
from edu_seed.sizes import SIZES

DESCRIPTION = """\
Fill the five databases with demonstration data. The same size, seed and epoch always give the same rows.

The addresses are read from IDENTITY_DATABASE_URL, COURSE_DATABASE_URL, ENROLLMENT_DATABASE_URL, PAYMENT_DATABASE_URL
and NOTIFICATION_DATABASE_URL.

An interrupted load goes on where it stopped, a repeated one says so and changes nothing.
"""
EPILOG = "Exit status: 0 done, 1 refused or failed, 2 wrong usage."

Size = Literal["small", "full", "x10"]


class Command(StrEnum):
    LOAD = "load"
    CHECK = "check"
    AUDIT = "audit"


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"{__version__}\n")
        raise typer.Exit


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command(help=DESCRIPTION, epilog=EPILOG)
def run(
    command: Annotated[
        Command,
        typer.Argument(
            help="check: test that the data of all five databases agree as long as nobody has used them; "
            "audit: that all was kept that the platform promises, after any use."
        ),
    ] = Command.LOAD,
    *,
    size: Annotated[Size, typer.Option(help="full: 100,000 courses; small: 1 %; x10: ten times.")] = "small",
    seed_number: Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="Another number, other data.")] = 1,
    epoch: Annotated[date, typer.Option(metavar="YYYY-MM-DD", help="The day before which it all happened.")] = date(
        2026, 11, 1
    ),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted load (the default).")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Delete ALL rows of the five databases before.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the manifest: rows and checksums of each table.")
    ] = False,
    summary: Annotated[
        Path | None, typer.Option(help="File that gets rows and seconds as JSON, at most 4 KiB.")
    ] = None,
    receipts_file: Annotated[
        Path | None, typer.Option("--receipts", help="For audit: a file of what clients were told has been done.")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    if resume and replace:
        raise typer.BadParameter("--resume and --replace exclude each other")
    if quiet and as_json:
        raise typer.BadParameter("--quiet and --json exclude each other")
    report = Report(shown=not quiet and not as_json)
    with _explained_errors():
        match command:
            case Command.LOAD:
                order = Order(SIZES[size], seed_number, epoch)
                outcome = asyncio.run(seed(read_urls(), order, report, replace=replace))
                _print_outcome(outcome, order, report, as_json=as_json, summary=summary)
            case Command.CHECK:
                _check(report)
            case Command.AUDIT:
                _audit(receipts_file)


@contextmanager
def _explained_errors() -> Generator[None]:
    """Print an expected error or an interruption as one sentence, and exit with 1."""
    sentence = None
    try:
        yield
    except* SeedError as errors:
        sentence = str(_first(errors))
    except* KeyboardInterrupt:
        sentence = "Interrupted; the same command goes on from here."
    if sentence:
        sys.stderr.write(f"{sentence}\n")
        raise typer.Exit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line with these arguments, by default the process's own; raise `SystemExit`."""
    app(arguments, prog_name="python -m edu_seed")


def _first(errors: BaseExceptionGroup[SeedError]) -> SeedError:
    """Return the error that occurred first: blocks are loaded concurrently, and may fail at the same time."""
    error = errors.exceptions[0]
    return error if isinstance(error, SeedError) else _first(error)


def _print_outcome(outcome: Outcome, order: Order, report: Report, *, as_json: bool, summary: Path | None) -> None:
    if as_json:
        sys.stdout.write(json.dumps(outcome.manifest, indent=2) + "\n")
    if summary:
        summary.write_text(json.dumps(_summary(outcome)))
    rows = sum(table["rows"] for table in outcome.manifest["tables"].values())
    if outcome.loaded:
        report.say(f"{rows:,} rows in {outcome.manifest['seconds']['total']:.1f} s. Accounts:")
        for account in outcome.manifest["accounts"]:
            report.say(f"  {account['email']:<28} {account['password']}  {account['what']}")
    else:
        report.say(f"Already seeded: {rows:,} rows of the {order.size.name} data set.")


def _summary(outcome: Outcome) -> dict[str, Any]:
    """Return the part of the outcome that fits into a pod's termination message."""
    tables = outcome.manifest["tables"].items()
    return {
        "loaded": outcome.loaded,
        "rows": {name: table["rows"] for name, table in tables},
        "seconds": outcome.manifest["seconds"],
    }


def _check(report: Report) -> None:
    """Print the invariants that are violated; exit with 1 if there are any."""
    broken = asyncio.run(check(read_urls()))
    for failure in broken:
        sys.stdout.write(f"{failure}\n")
    if broken:
        raise typer.Exit(1)
    report.say("All invariants hold.")


def _audit(receipts_file: Path | None) -> None:
    """Print for each promise whether it was kept; exit with 1 if one was not."""
    findings = asyncio.run(audit(read_urls(), receipts.read(receipts_file) if receipts_file else None))
    for finding in findings:
        sys.stdout.write(f"{'✗' if finding.exceptions else '✓'} {finding}\n")
    if any(finding.exceptions for finding in findings):
        raise typer.Exit(1)
