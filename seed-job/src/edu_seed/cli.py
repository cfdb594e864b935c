"""The command line."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from edu_seed import __version__
from edu_seed.databases import read_urls
from edu_seed.errors import SeedError
from edu_seed.invariants import audit, check, receipts
from edu_seed.load import Order, Outcome, seed
from edu_seed.report import Report
from edu_seed.sizes import SIZES

EPOCH = date(2026, 11, 1)
DESCRIPTION = """\
Fill the five databases with demonstration data. The same size, seed and epoch always give the same rows.
The addresses are read from IDENTITY_DATABASE_URL, COURSE_DATABASE_URL, ENROLLMENT_DATABASE_URL,
PAYMENT_DATABASE_URL and NOTIFICATION_DATABASE_URL.
"""
EPILOG = """\
An interrupted load goes on where it stopped, a repeated one says so and changes nothing. `python -m edu_seed check`
tests that the data of all five databases agree as long as nobody has used them; `python -m edu_seed audit` that all
was kept that the platform promises, after any use. Exit status: 0 done, 1 refused or failed, 2 wrong usage.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    report = Report(shown=not options.quiet and not options.json)
    try:
        return COMMANDS[options.command](options, report)
    except* SeedError as errors:
        sys.stderr.write(f"{_first(errors)}\n")
    except* KeyboardInterrupt:
        sys.stderr.write("Interrupted; the same command goes on from here.\n")
    return 1


def _first(errors: BaseExceptionGroup[SeedError]) -> SeedError:
    """Return the error that occurred first: blocks are loaded concurrently, and may fail at the same time."""
    error = errors.exceptions[0]
    return error if isinstance(error, SeedError) else _first(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m edu_seed", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("command", nargs="?", choices=list(COMMANDS), default="load", help="default: load")
    parser.add_argument(
        "--size", choices=list(SIZES), default="small", help="full: 100,000 courses; small: 1 %%; x10: ten times"
    )
    parser.add_argument("--seed", type=_seed_number, default=1, help="another number, other data (default: 1)")
    parser.add_argument("--epoch", type=_day, default=EPOCH, help=f"the day before which it all happened ({EPOCH})")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--resume", action="store_true", help="go on with an interrupted load (the default)")
    mode.add_argument("--replace", action="store_true", help="delete ALL rows of the five databases before")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--quiet", action="store_true", help="say nothing but errors")
    output.add_argument("--json", action="store_true", help="print the manifest: rows and checksums of each table")
    parser.add_argument("--summary", type=Path, help="file that gets rows and seconds as JSON, at most 4 KiB")
    parser.add_argument("--receipts", type=Path, help="for audit: a file of what clients were told has been done")
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _seed_number(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError("must be a number from 0 to 2147483647")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a day such as 2026-11-01") from error


def _seed(options: argparse.Namespace, report: Report) -> int:
    order = Order(SIZES[options.size], options.seed, options.epoch)
    outcome = asyncio.run(seed(read_urls(), order, report, replace=options.replace))
    if options.json:
        sys.stdout.write(json.dumps(outcome.manifest, indent=2) + "\n")
    if options.summary:
        options.summary.write_text(json.dumps(_summary(outcome)))
    rows = sum(table["rows"] for table in outcome.manifest["tables"].values())
    if outcome.loaded:
        report.say(f"{rows:,} rows in {outcome.manifest['seconds']['total']:.1f} s. Accounts:")
        for account in outcome.manifest["accounts"]:
            report.say(f"  {account['email']:<28} {account['password']}  {account['what']}")
    else:
        report.say(f"Already seeded: {rows:,} rows of the {order.size.name} data set.")
    return 0


def _summary(outcome: Outcome) -> dict[str, Any]:
    """Return the part of the outcome that fits into a pod's termination message."""
    tables = outcome.manifest["tables"].items()
    return {
        "loaded": outcome.loaded,
        "rows": {name: table["rows"] for name, table in tables},
        "seconds": outcome.manifest["seconds"],
    }


def _check(_: argparse.Namespace, report: Report) -> int:
    """Print the invariants that are violated; return 1 if there are any."""
    broken = asyncio.run(check(read_urls()))
    for failure in broken:
        sys.stdout.write(f"{failure}\n")
    if not broken:
        report.say("All invariants hold.")
    return 1 if broken else 0


def _audit(options: argparse.Namespace, _: Report) -> int:
    """Print for each promise whether it was kept; return 1 if one was not."""
    findings = asyncio.run(audit(read_urls(), receipts.read(options.receipts) if options.receipts else None))
    for finding in findings:
        sys.stdout.write(f"{'✗' if finding.exceptions else '✓'} {finding}\n")
    return 1 if any(finding.exceptions for finding in findings) else 0


COMMANDS = {"load": _seed, "check": _check, "audit": _audit}
