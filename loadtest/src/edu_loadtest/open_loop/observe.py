"""Looks at a platform from beside it: by its services' `/metrics` and, on the same machine, at its processes."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException

import psutil

from edu_loadtest.open_loop.scrape import Scrape, scrape

BACKEND = "postgres: "


@dataclass(frozen=True)
class Places:
    """Where to look: services' own addresses, processes by name, and Postgres' first process."""

    services: Mapping[str, str] = field(default_factory=dict[str, str])
    processes: Mapping[str, int] = field(default_factory=dict[str, int])
    postgres: int | None = None

    @property
    def are_here(self) -> bool:
        return self.postgres is not None


@dataclass(frozen=True)
class Snapshot:
    """Seconds of processor time since whenever."""

    at: float
    scrapes: dict[str, Scrape]
    processes: dict[str, float]
    databases: dict[str, float]
    machine: float


def look(places: Places) -> Snapshot:
    return Snapshot(
        at=time.perf_counter(),
        scrapes=scrapes(places.services),
        processes=dict(_processes(places.processes)),
        databases=_databases(places.postgres) if places.postgres else {},
        machine=_machine(),
    )


def scrapes(services: Mapping[str, str]) -> dict[str, Scrape]:
    """Nothing of a service that does not answer now."""
    found: dict[str, Scrape] = {}
    for name, url in services.items():
        with suppress(OSError, HTTPException):
            found[name] = scrape(url)
    return found


def _machine() -> float:
    times = psutil.cpu_times()
    return sum(times[:8]) - times.idle - getattr(times, "iowait", 0.0)


def _processes(pids: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    for name, pid in pids.items():
        with suppress(psutil.Error):
            yield name, _seconds(psutil.Process(pid))


def _databases(pid: int) -> dict[str, float]:
    """By database, as the titles of Postgres' processes tell it; what serves none is `own work`."""
    found: dict[str, float] = defaultdict(float)
    with suppress(psutil.Error):
        for process in psutil.Process(pid).children():
            with suppress(psutil.Error):
                title = " ".join(process.cmdline()).removeprefix(BACKEND).split()
                serves = len(title) > 2 and title[0] == title[1]
                found[title[0] if serves else "own work"] += _seconds(process)
    return dict(found)


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
