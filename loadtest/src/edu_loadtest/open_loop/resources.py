"""The resources that a run used, and which of them was the bottleneck."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum, auto

from edu_loadtest.open_loop.driver import Measurement
from edu_loadtest.open_loop.observe import Snapshot, Targets, scrape_all, take_snapshot
from edu_loadtest.open_loop.scrape import Scrape

SAMPLE_SECONDS = 1.0
CORES = os.cpu_count() or 1
NOTABLE_WAIT_SECONDS = 0.02
"""A pool for which requests wait this long on average counts as saturated."""
NOTABLE_LAG_SECONDS = 0.05


class Kind(IntEnum):
    """Kinds of resources, causes before effects: a saturated machine slows databases, and slow databases fill pools."""

    DRIVER = auto()
    PROCESS = auto()
    OTHERS = auto()
    MACHINE = auto()
    HASHING = auto()
    DATABASE = auto()
    POOL = auto()
    LOOP = auto()


SATURATED = defaultdict(lambda: 0.85, {Kind.OTHERS: 0.25})
"""The usage from which a resource counts as saturated; other programs that take a quarter already distort results."""


@dataclass(frozen=True)
class Usage:
    """How much of a resource was used: a `fraction` of 1 is all of it."""

    kind: Kind
    name: str
    fraction: float
    detail: str
    cores: float = 0.0


def bottleneck(uses: list[Usage]) -> Usage | None:
    """Return the saturated resource that explains the others; None when none is saturated."""
    saturated = [use for use in uses if use.fraction >= SATURATED[use.kind]]
    return min(saturated, key=lambda use: (use.kind, -use.fraction), default=None)


@dataclass
class ResourceMonitor:
    """Takes a snapshot at the start and at the end of a run, and samples gauges in between."""

    targets: Targets
    _pools: dict[str, list[float]] = field(default_factory=lambda: defaultdict[str, list[float]](list))
    _hashing: dict[str, list[float]] = field(default_factory=lambda: defaultdict[str, list[float]](list))

    async def __aenter__(self) -> "ResourceMonitor":
        self._first = await asyncio.to_thread(take_snapshot, self.targets)
        self._sampler = asyncio.create_task(self._sample())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sampler.cancel()
        with suppress(asyncio.CancelledError):
            await self._sampler
        self._last = await asyncio.to_thread(take_snapshot, self.targets)

    async def _sample(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            for name, found in (await asyncio.to_thread(scrape_all, self.targets.services)).items():
                self._pools[name].append(found.get("db_pool_in_use") / max(found.get("db_pool_size"), 1))
                self._hashing[name].append(found.get("password_hash_queue_depth"))

    def usage(self, measured: Measurement) -> list[Usage]:
        """Return the usage of each resource, the fullest first."""
        found = [*_processes(self._first, self._last), *self._services(), _driver(measured)]
        if self.targets.are_local:
            found += _machine(self._first, self._last, sum(use.cores for use in found))
        return sorted(found, key=lambda use: -use.fraction)

    def _services(self) -> Iterator[Usage]:
        seconds = self._last.at - self._first.at
        for name, last in self._last.scrapes.items():
            if name in self._first.scrapes:
                used = last.since(self._first.scrapes[name])
                cores = used.get("process_cpu_seconds_total") / seconds
                yield _process(name, cores)
                yield _loop(name, used)
                yield _pool(name, used, _mean(self._pools[name]))
                if depth := _mean(self._hashing[name]):
                    detail = f"{depth:.1f} waiting or running on average"
                    yield Usage(Kind.HASHING, f"{name} hashing", depth / CORES, detail)


def _process(name: str, cores: float) -> Usage:
    return Usage(Kind.PROCESS, f"{name} process", cores, f"{cores:.2f} of the one core it can use", cores)


def _loop(name: str, used: Scrape) -> Usage:
    lag = used.mean("event_loop_lag_seconds")
    return Usage(
        Kind.LOOP, f"{name} event loop", min(lag / NOTABLE_LAG_SECONDS, 1), f"{lag * 1000:.1f} ms late on average"
    )


def _pool(name: str, used: Scrape, full: float) -> Usage:
    wait = used.mean("db_pool_wait_seconds")
    detail = f"{full:.0%} in use, {wait * 1000:.1f} ms of waiting on average"
    return Usage(Kind.POOL, f"{name} pool", max(full, min(wait / NOTABLE_WAIT_SECONDS, 1)), detail)


def _processes(first: Snapshot, last: Snapshot) -> Iterator[Usage]:
    seconds = last.at - first.at
    for name, used in last.processes.items():
        yield _process(name, (used - first.processes.get(name, 0.0)) / seconds)
    for name, used in last.databases.items():
        cores = max(used - first.databases.get(name, 0.0), 0.0) / seconds
        yield Usage(Kind.DATABASE, f"postgres: {name}", cores / CORES, f"{cores:.2f} of {CORES} cores", cores)


def _machine(first: Snapshot, last: Snapshot, own: float) -> Iterator[Usage]:
    busy = (last.machine - first.machine) / (last.at - first.at)
    others = max(busy - own, 0.0)
    yield Usage(Kind.MACHINE, "machine", busy / CORES, f"{busy:.2f} of {CORES} cores")
    yield Usage(Kind.OTHERS, "other programs", others / CORES, f"{others:.2f} of {CORES} cores, including the kernel")


def _driver(measured: Measurement) -> Usage:
    cores = measured.driver_cores
    detail = f"{cores:.2f} of the one core it can use; 1 % of requests sent {measured.lateness_p99:.1f} ms late"
    return Usage(Kind.DRIVER, "driver", cores, detail, cores)


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
