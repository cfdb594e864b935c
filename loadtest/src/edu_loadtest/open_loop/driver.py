"""Sends requests when they are due, and measures from then."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from edu_loadtest.chance import dice
from edu_loadtest.open_loop.client import Client, Exchange
from edu_loadtest.open_loop.figures import Figures, Latency, latency
from edu_loadtest.request import Request

OVERLOAD_SECONDS = 1.0
OVERLOAD_ALLOWANCE = 100


class Arrivals(StrEnum):
    """When requests come: independent of each other, as people's do, or as a clock ticks."""

    poisson = "poisson"
    constant = "constant"

    def gaps(self, rate: float) -> Iterator[float]:
        while True:
            yield dice.expovariate(rate) if self is Arrivals.poisson else 1 / rate


@dataclass(frozen=True)
class Load:
    """A rate, kept for some seconds; what is due within `warm_up` is sent, but not measured."""

    rate: float
    seconds: float
    warm_up: float = 2.0
    arrivals: Arrivals = Arrivals.poisson

    async def due_times(self, started: float, end: float) -> AsyncIterator[float]:
        """Each moment at which a request is due, once it has come; late ones without a pause."""
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
class Measured:
    load: Load
    figures: Figures
    all: Latency
    seconds: float
    """How long it was measured; less than was wanted when overloaded."""
    overloaded: bool
    """Answers fell so far behind that the run was ended."""
    driver_cores: float
    lateness_p99: float
    """By how many milliseconds the driver itself was late."""

    @property
    def errors(self) -> int:
        return self.figures.errors.total()

    @property
    def answered_rate(self) -> float:
        return self.all.count / self.seconds if self.seconds else 0.0


class Run:
    """One load on its way."""

    def __init__(self, client: Client, requests: Iterator[Request], load: Load) -> None:
        self._client, self._requests, self._load = client, requests, load
        self._figures = Figures()
        self._most_in_flight = load.rate * OVERLOAD_SECONDS + OVERLOAD_ALLOWANCE

    async def drive(self) -> Measured:
        cpu, started = time.process_time(), time.perf_counter()
        self._measured_from = started + self._load.warm_up
        ended = await self._send_all(started, self._measured_from + self._load.seconds)
        overloaded = self._is_overloaded
        cores = (time.process_time() - cpu) / (time.perf_counter() - started)
        await self._client.drain()
        return Measured(
            load=self._load,
            figures=self._figures,
            all=self._figures.all(),
            seconds=max(ended - self._measured_from, 0.0),
            overloaded=overloaded,
            driver_cores=round(cores, 3),
            lateness_p99=latency(self._figures.lateness).p99,
        )

    @property
    def _is_overloaded(self) -> bool:
        return self._client.in_flight > self._most_in_flight

    async def _send_all(self, started: float, end: float) -> float:
        """Send what is due until `end`, or until the platform has fallen behind; when that was."""
        async for due in self._load.due_times(started, end):
            if self._is_overloaded:
                return due
            self._send(due)
        return end

    def _send(self, due: float) -> None:
        if due >= self._measured_from:
            self._figures.lateness.append(time.perf_counter() - due)
        self._client.send(next(self._requests), due, self._note)

    def _note(self, exchange: Exchange) -> None:
        """Errors count in the warm-up, too."""
        error = exchange.error
        if error:
            self._figures.errors[exchange.request.name, error] += 1
        if exchange.due >= self._measured_from:
            self._figures.answered(exchange.request.name, exchange.finished - exchange.due)


async def drive(client: Client, requests: Iterator[Request], load: Load) -> Measured:
    return await Run(client, requests, load).drive()
