"""The report of a chaos run, for people and for programs."""

from dataclasses import asdict
from typing import Any

from edu_cli.chaos.run import Report
from edu_cli.ui import console, print_error, show_findings

SHOWN = 10


def show(report: Report) -> None:
    """Print counts, every invariant, and the first requests that failed."""
    killed = ", ".join(f"{name} {count}" for name, count in report.kills.items())
    acknowledged = ", ".join(f"{count} {name}" for name, count in report.receipts.items())
    bought = f"{report.purchases} of {report.plan.purchases} purchases"
    console.print(f"{bought} in {report.seconds} s, settled {report.settled_after} s later")
    console.print(f"killed {sum(report.kills.values())} times: {killed}")
    console.print(f"acknowledged: {acknowledged}, {report.refreshed} refreshed")
    console.print(f"{report.requests} requests, of which {report.retries} retries")
    console.print(f"{len(report.server_errors)} server errors, such as 500\n")
    show_findings(report.findings)
    _print_some(report.unacknowledged, "requests that were never acknowledged")
    _print_some(report.server_errors, "server errors")


def _print_some(errors: list[str], description: str) -> None:
    for error in errors[:SHOWN]:
        print_error(error)
    if len(errors) > SHOWN:
        print_error(f"… and {len(errors) - SHOWN} more {description}")


def as_dict(report: Report) -> dict[str, Any]:
    """Return the report as JSON-serialisable values."""
    document = asdict(report)
    del document["findings"]
    return document | {"violated": report.violated, "passed": report.passed}
