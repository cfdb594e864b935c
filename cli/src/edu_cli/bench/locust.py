"""Many virtual users at once, by Locust, with a summary for people."""

import csv
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from edu_cli.devserver.ports import find_free
from edu_cli.devserver.processes import module
from edu_cli.devserver.services import HOST
from edu_cli.devserver.state import State
from edu_cli.errors import LocalError, last_lines
from edu_cli.ui import console, table, warn

GRACE_SECONDS = 60.0
FAILURES_SHOWN = 10
TOTAL = "Aggregated"


def run(state: State, users: int, spawn_rate: float, duration: int, report: Path | None) -> bool:
    """Let virtual users use the running platform for `duration` seconds; return whether no request failed.

    `report` is a folder that gets report.html, load.json and load_*.csv.
    """
    url = state.require_run(" --rate-limits off").url
    with tempfile.TemporaryDirectory() as temporary:
        folder = report or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        _run_locust(state, url, users, spawn_rate, duration, folder)
        rows = _rows(folder / "load_stats.csv")
        failures = _rows(folder / "load_failures.csv")
    if report:
        console.print(f"Reports: {report / 'report.html'}, load.json and load_*.csv beside it\n")
    return _show(rows, failures)


def _run_locust(state: State, url: str, users: int, spawn_rate: float, duration: int, folder: Path) -> None:
    log = state.log("load")
    with log.open("wb") as output, _scraped(state) as metrics_port:
        locust = subprocess.Popen(
            [
                *module("locust", "--locustfile", str(_locustfile()), "--headless", "--host", url),
                *("--users", str(users), "--spawn-rate", str(spawn_rate), "--run-time", f"{duration}s"),
                *("--csv", str(folder / "load"), "--json-file", str(folder / "load")),
                *("--html", str(folder / "report.html"), "--only-summary", "--exit-code-on-error", "0"),
            ],
            env={**os.environ, "SEED_SIZE": state.fact("seeded") or "small", "METRICS_PORT": str(metrics_port)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _show_progress(locust, users, duration)
        finally:
            locust.kill()
    if locust.wait():
        raise LocalError(f"Locust did not finish:\n{last_lines(log.read_text(errors='replace'))}")


@contextmanager
def _scraped(state: State) -> Generator[int]:
    """Yield a free port that `edu monitor` scrapes during the block."""
    (port,) = find_free(1)
    target = state.targets / "load-test.json"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.write_text(json.dumps([{"targets": [f"{HOST}:{port}"], "labels": {"component": "loadtest"}}]))
    try:
        yield port
    finally:
        target.unlink(missing_ok=True)


def _locustfile() -> Path:
    package = find_spec("edu_loadtest")
    if package is None or package.origin is None:
        raise LocalError("The package edu-loadtest is missing. Delete .venv and run ./edu again.")
    return Path(package.origin).parent / "locustfile.py"


def _show_progress(locust: subprocess.Popen[bytes], users: int, duration: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    deadline = time.monotonic() + duration + GRACE_SECONDS
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"{users} users", total=duration)
        started = time.monotonic()
        while locust.poll() is None and time.monotonic() < deadline:
            progress.update(task, completed=time.monotonic() - started)
            time.sleep(0.2)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _show(rows: list[dict[str, str]], failures: list[dict[str, str]]) -> bool:
    """Print the tables; return whether no request failed."""
    total = next((row for row in rows if row["Name"] == TOTAL), None)
    if total is None or total["Request Count"] == "0":
        raise LocalError("No request was sent; `./edu logs` may show why.")
    console.print(_latencies([row for row in rows if row is not total], total))
    if failures:
        console.print()
        console.print(_failures(failures))
    if any("429" in row["Error"] for row in failures):
        warn("Rate limits returned 429. To measure the platform itself: ./edu up --rate-limits off")
    return total["Failure Count"] == "0"


def _latencies(rows: list[dict[str, str]], total: dict[str, str]) -> object:
    result = table("request", "count", "failed", "per s", "p50 ms", "p95 ms", "p99 ms")
    for row in [*sorted(rows, key=lambda row: -int(row["Request Count"])), total]:
        style = "bold" if row is total else ""
        name = "all" if row is total else f"{row['Type']} {row['Name']}"
        counts = (row["Request Count"], row["Failure Count"], f"{float(row['Requests/s']):.1f}")
        result.add_row(name, *counts, row["50%"], row["95%"], row["99%"], style=style)
    return result


def _failures(failures: list[dict[str, str]]) -> object:
    result = table("failures", "request", "error")
    most = sorted(failures, key=lambda row: -int(row["Occurrences"]))
    for row in most[:FAILURES_SHOWN]:
        result.add_row(row["Occurrences"], f"{row['Method']} {row['Name']}", _message(row["Error"]))
    return result


def _message(error: str) -> str:
    """Return the message inside Locust's `CatchResponseError('404 not_found')`."""
    return error.removeprefix("CatchResponseError('").removesuffix("')")
