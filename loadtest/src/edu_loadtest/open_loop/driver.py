"""The open-loop driver: sends requests when they are due, and measures latency from then."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from edu_loadtest.open_loop.client import Client, Exchange
from edu_loadtest.open_loop.results import Latency, Results, latency
from edu_loadtest.request import Request
from edu_loadtest.sampling import rng

OVERLOAD_SECONDS = 1.0
OVERLOAD_ALLOWANCE = 100


class Arrivals(StrEnum):
    """How requests arrive: independently of each other, as from many users, or at equal intervals."""

    poisson = "poisson"
    constant = "constant"

    def gaps(self, rate: float) -> Iterator[float]:
        """Yield the seconds between requests, without end."""
        while True:
            yield rng.expovariate(rate) if self is Arrivals.poisson else 1 / rate


@dataclass(frozen=True)
class Load:
    """A rate kept for some seconds; requests due within the first `warm_up` seconds are sent, but not measured."""

    rate: float
    seconds: float
    warm_up: float = 2.0
    arrivals: Arrivals = Arrivals.poisson

    async def due_times(self, started: float, end: float) -> AsyncIterator[float]:
        """Yield the time of each request when it is due; overdue ones follow without a pause."""
        due = started
        for gap in self.arrivals.gaps(self.rate):
            due += gap
            if due >= end:
                return
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            yield due


@dataclass(frozen=True)
class Measurement:
    """What a load measured."""

    load: Load
    results: Results
    all: Latency
    seconds: float
    """How long was measured; less than requested when overloaded."""
    overloaded: bool
    """Whether responses fell so far behind that the run was ended early."""
    driver_cores: float
    lateness_p99: float
    """p99 of how late the driver itself sent requests, in ms."""

    @property
    def errors(self) -> int:
        return self.results.errors.total()

    @property
    def response_rate(self) -> float:
        return self.all.count / self.seconds if self.seconds else 0.0


class Run:
    """One load in progress."""

    def __init__(self, client: Client, requests: Iterator[Request], load: Load) -> None:
        self._client, self._requests, self._load = client, requests, load
        self._results = Results()
        self._max_in_flight = load.rate * OVERLOAD_SECONDS + OVERLOAD_ALLOWANCE

    async def drive(self) -> Measurement:
        cpu, started = time.process_time(), time.perf_counter()
        self._measured_from = started + self._load.warm_up
        ended = await self._send_all(started, self._measured_from + self._load.seconds)
        overloaded = self._is_overloaded
        cores = (time.process_time() - cpu) / (time.perf_counter() - started)
        await self._client.drain()
        return Measurement(
            load=self._load,
            results=self._results,
            all=self._results.all(),
            seconds=max(ended - self._measured_from, 0.0),
            overloaded=overloaded,
            driver_cores=round(cores, 3),
            lateness_p99=latency(self._results.lateness).p99,
        )

    @property
    def _is_overloaded(self) -> bool:
        return self._client.in_flight > self._max_in_flight

    async def _send_all(self, started: float, end: float) -> float:
        """Send what is due until `end`, or until the platform has fallen behind; return when that was."""
        async for due in self._load.due_times(started, end):
            if self._is_overloaded:
                return due
            self._send(due)
        return end

    def _send(self, due: float) -> None:
        if due >= self._measured_from:
            self._results.lateness.append(time.perf_counter() - due)
        self._client.send(next(self._requests), due, self._record)

    def _record(self, exchange: Exchange) -> None:
        """Record a finished exchange; errors count during the warm-up as well."""
        error = exchange.error
        if error:
            self._results.errors[exchange.request.name, error] += 1
        if exchange.due >= self._measured_from:
            self._results.record(exchange.request.name, exchange.finished - exchange.due)


async def drive(client: Client, requests: Iterator[Request], load: Load) -> Measurement:
    """Send a load and return what it measured."""
    return await Run(client, requests, load).drive()
