"""How a platform copes with too much load: what it accepts, what it rejects, when it has recovered."""

import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from edu_loadtest.open_loop.client import Client, Exchange
from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.results import Latency, latency
from edu_loadtest.request import Request

STABLE_SECONDS = 3
"""A platform has recovered when this many seconds in a row are good."""


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """503: the platform sheds load."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Response:
    """When a request was due, in seconds from the start of the phase, and the outcome after how many seconds."""

    due: float
    seconds: float
    outcome: Outcome
    error: str | None = None

    @classmethod
    def of(cls, exchange: Exchange, started: float) -> "Response":
        error = exchange.error
        rejected = exchange.status == HTTPStatus.SERVICE_UNAVAILABLE and not exchange.failure
        outcome = Outcome.REJECTED if rejected else Outcome.FAILED if error else Outcome.ACCEPTED
        description = f"{exchange.request.name}: {error}" if outcome is Outcome.FAILED else None
        return cls(exchange.due - started, exchange.finished - exchange.due, outcome, description)


@dataclass
class Phase:
    """A rate kept for some seconds, and all responses."""

    name: str
    load: Load
    responses: list[Response] = field(default_factory=list[Response])
    lateness: "array[float]" = field(default_factory=lambda: array("d"))
    """How many seconds late the driver itself sent requests; it is included in all latencies."""

    async def drive(self, client: Client, requests: Iterator[Request]) -> None:
        """Send all that is due, however far responses fall behind; some arrive after this has returned."""
        started = time.perf_counter()
        async for due in self.load.due_times(started, started + self.load.seconds):
            self.lateness.append(time.perf_counter() - due)
            client.send(next(requests), due, lambda exchange: self.responses.append(Response.of(exchange, started)))

    def latency(self, outcome: Outcome) -> Latency:
        return latency(response.seconds for response in self.responses if response.outcome is outcome)

    def rate(self, outcome: Outcome) -> float:
        return sum(response.outcome is outcome for response in self.responses) / self.load.seconds

    @property
    def errors(self) -> Counter[str]:
        return Counter(response.error for response in self.responses if response.error)

    def recovered_after(self, limit: float) -> float | None:
        """Return the second from which, for `STABLE_SECONDS`, all was accepted and answered within `limit` seconds."""
        seconds = range(int(self.load.seconds))
        bad = {
            int(response.due)
            for response in self.responses
            if response.outcome != Outcome.ACCEPTED or response.seconds >= limit
        }
        stable = (second for second in seconds if bad.isdisjoint(range(second, second + STABLE_SECONDS)))
        return next((float(second) for second in stable if second + STABLE_SECONDS <= len(seconds)), None)


@dataclass(frozen=True)
class Requirements:
    """What a platform must meet at a rate beyond its capacity."""

    p99: float = 1000.0
    """Milliseconds, of accepted requests."""
    recovery_seconds: float = 10.0
    """How soon after the overload the platform must have recovered."""
    accepted_fraction: float = 0.5
    """How much of its capacity it must still serve."""

    def violations(self, capacity: float, overload: Phase, after: Phase) -> Sequence[str]:
        """Return a sentence for each requirement that was not met."""
        p99 = overload.latency(Outcome.ACCEPTED).p99
        accepted = overload.rate(Outcome.ACCEPTED)
        recovered = after.recovered_after(self.p99 / 1000)
        found = [f"{count} × {error}" for error, count in (overload.errors + after.errors).most_common(5)]
        if p99 >= self.p99:
            found.append(f"p99 of the accepted requests was {p99:.0f} ms, not below {self.p99:.0f}")
        if accepted < self.accepted_fraction * capacity:
            found.append(f"only {accepted:.0f} requests/s were accepted, of a capacity of {capacity:.0f}")
        if recovered is None or recovered > self.recovery_seconds:
            found.append(f"the platform had not recovered {self.recovery_seconds:.0f} s after the overload")
        return found
