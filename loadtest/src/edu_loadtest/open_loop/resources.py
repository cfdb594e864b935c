"""What a run used, and which of it gave out."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum, auto

from edu_loadtest.open_loop.driver import Measured
from edu_loadtest.open_loop.observe import Places, Snapshot, look, scrapes
from edu_loadtest.open_loop.scrape import Scrape

SAMPLE_SECONDS = 1.0
CORES = os.cpu_count() or 1
NOTABLE_WAIT_SECONDS = 0.02
"""A pool that makes requests wait so long on average counts as used up."""
NOTABLE_LAG_SECONDS = 0.05


class Kind(IntEnum):
    """Causes before what they bring about: a full machine makes databases slow, and those fill pools."""

    DRIVER = auto()
    PROCESS = auto()
    OTHERS = auto()
    MACHINE = auto()
    HASHING = auto()
    DATABASE = auto()
    POOL = auto()
    LOOP = auto()


USED_UP = defaultdict(lambda: 0.85, {Kind.OTHERS: 0.25})
"""Which part counts as all; a machine of which others use a quarter says little of the platform."""


@dataclass(frozen=True)
class Use:
    """How much of a resource was used: `part` 1 is all there is."""

    kind: Kind
    name: str
    part: float
    detail: str
    cores: float = 0.0


def gave_out(uses: list[Use]) -> Use | None:
    """The one that explains the others; None when none of them is used up."""
    full = [use for use in uses if use.part >= USED_UP[use.kind]]
    return min(full, key=lambda use: (use.kind, -use.part), default=None)


@dataclass
class Watch:
    """Looks at the beginning and the end of a run, and at gauges in between."""

    places: Places
    _pools: dict[str, list[float]] = field(default_factory=lambda: defaultdict[str, list[float]](list))
    _hashing: dict[str, list[float]] = field(default_factory=lambda: defaultdict[str, list[float]](list))

    async def __aenter__(self) -> "Watch":
        self._first = await asyncio.to_thread(look, self.places)
        self._sampler = asyncio.create_task(self._sample())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sampler.cancel()
        with suppress(asyncio.CancelledError):
            await self._sampler
        self._last = await asyncio.to_thread(look, self.places)

    async def _sample(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            for name, found in (await asyncio.to_thread(scrapes, self.places.services)).items():
                self._pools[name].append(found.get("db_pool_in_use") / max(found.get("db_pool_size"), 1))
                self._hashing[name].append(found.get("password_hash_queue_depth"))

    def uses(self, measured: Measured) -> list[Use]:
        """The fullest first."""
        found = [*_processes(self._first, self._last), *self._services(), _driver(measured)]
        if self.places.are_here:
            found += _machine(self._first, self._last, sum(use.cores for use in found))
        return sorted(found, key=lambda use: -use.part)

    def _services(self) -> Iterator[Use]:
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
                    yield Use(Kind.HASHING, f"{name} hashing", depth / CORES, detail)


def _process(name: str, cores: float) -> Use:
    return Use(Kind.PROCESS, f"{name} process", cores, f"{cores:.2f} of the one core that it can use", cores)


def _loop(name: str, used: Scrape) -> Use:
    lag = used.mean("event_loop_lag_seconds")
    return Use(
        Kind.LOOP, f"{name} event loop", min(lag / NOTABLE_LAG_SECONDS, 1), f"{lag * 1000:.1f} ms late on average"
    )


def _pool(name: str, used: Scrape, full: float) -> Use:
    wait = used.mean("db_pool_wait_seconds")
    detail = f"{full:.0%} in use, {wait * 1000:.1f} ms of waiting on average"
    return Use(Kind.POOL, f"{name} pool", max(full, min(wait / NOTABLE_WAIT_SECONDS, 1)), detail)


def _processes(first: Snapshot, last: Snapshot) -> Iterator[Use]:
    seconds = last.at - first.at
    for name, used in last.processes.items():
        yield _process(name, (used - first.processes.get(name, 0.0)) / seconds)
    for name, used in last.databases.items():
        cores = max(used - first.databases.get(name, 0.0), 0.0) / seconds
        yield Use(Kind.DATABASE, f"postgres: {name}", cores / CORES, f"{cores:.2f} of {CORES} cores", cores)


def _machine(first: Snapshot, last: Snapshot, own: float) -> Iterator[Use]:
    busy = (last.machine - first.machine) / (last.at - first.at)
    others = max(busy - own, 0.0)
    yield Use(Kind.MACHINE, "machine", busy / CORES, f"{busy:.2f} of {CORES} cores")
    yield Use(
        Kind.OTHERS, "other programs", others / CORES, f"{others:.2f} of {CORES} cores, the kernel's work included"
    )


def _driver(measured: Measured) -> Use:
    cores = measured.driver_cores
    detail = f"{cores:.2f} of the one core that it can use; 1 % of requests sent {measured.lateness_p99:.1f} ms late"
    return Use(Kind.DRIVER, "driver", cores, detail, cores)


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
