"""Observation of a platform from outside: its services' `/metrics` and, on the same machine, its processes."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException

import psutil

from edu_loadtest.open_loop.scrape import Scrape, scrape

BACKEND = "postgres: "
GAUGE_SECONDS = 2.5
"""How long `outbox_pending` may be outdated: services refresh it every 2 seconds."""


@dataclass(frozen=True)
class Targets:
    """What to observe: services by URL, processes by pid, and Postgres' first process."""

    services: Mapping[str, str] = field(default_factory=dict[str, str])
    processes: Mapping[str, int] = field(default_factory=dict[str, int])
    postgres: int | None = None

    @property
    def are_local(self) -> bool:
        """Return whether the platform runs on this machine."""
        return self.postgres is not None


@dataclass(frozen=True)
class Snapshot:
    """CPU seconds used so far, at one moment."""

    at: float
    scrapes: dict[str, Scrape]
    processes: dict[str, float]
    databases: dict[str, float]
    machine: float


def take_snapshot(targets: Targets) -> Snapshot:
    """Read all counters now."""
    return Snapshot(
        at=time.perf_counter(),
        scrapes=scrape_all(targets.services),
        processes=dict(_processes(targets.processes)),
        databases=_databases(targets.postgres) if targets.postgres else {},
        machine=_machine(),
    )


def scrape_all(services: Mapping[str, str]) -> dict[str, Scrape]:
    """Scrape the services; leave out one that does not respond."""
    found: dict[str, Scrape] = {}
    for name, url in services.items():
        with suppress(OSError, HTTPException):
            found[name] = scrape(url)
    return found


async def wait_until_delivered(targets: Targets, seconds: float) -> bool:
    """Wait until no service has undelivered events; return False when some still has after `seconds`."""
    if not targets.services:
        return True
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        await asyncio.sleep(GAUGE_SECONDS)
        scrapes = await asyncio.to_thread(scrape_all, targets.services)
        if not any(scrape.get("outbox_pending") for scrape in scrapes.values()):
            return True
    return False


def _machine() -> float:
    times = psutil.cpu_times()
    return sum(times[:8]) - times.idle - getattr(times, "iowait", 0.0)


def _processes(pids: Mapping[str, int]) -> Iterator[tuple[str, float]]:
    for name, pid in pids.items():
        with suppress(psutil.Error):
            yield name, _seconds(psutil.Process(pid))


def _databases(pid: int) -> dict[str, float]:
    """Return CPU seconds by database, from the titles of Postgres' processes; background ones are `background`."""
    found: dict[str, float] = defaultdict(float)
    with suppress(psutil.Error):
        for process in psutil.Process(pid).children():
            with suppress(psutil.Error):
                title = " ".join(process.cmdline()).removeprefix(BACKEND).split()
                has_database = len(title) > 2 and title[0] == title[1]
                found[title[0] if has_database else "background"] += _seconds(process)
    return dict(found)


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU seconds that processes and their children have used, ended children included."""
    total = 0.0
    for pid in pids:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            for each in (process, *process.children(recursive=True)):
                with suppress(psutil.Error):
                    total += sum(each.cpu_times()[:4])
    return total


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
