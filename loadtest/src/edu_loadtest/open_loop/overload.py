"""What a platform does with more than it can: how it answers, whom it refuses, when it is well again."""

import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from edu_loadtest.open_loop.client import Client, Exchange
from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.figures import Latency, latency
from edu_loadtest.request import Request

CALM_SECONDS = 3
"""So many seconds in a row must be good for a platform to count as well again."""


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """503: the platform said that it had no room."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """Times in seconds; `due` counts from the beginning of the phase."""

    due: float
    seconds: float
    outcome: Outcome
    error: str | None = None

    @classmethod
    def of(cls, exchange: Exchange, started: float) -> "Answer":
        error = exchange.error
        refused = exchange.status == HTTPStatus.SERVICE_UNAVAILABLE and not exchange.fault
        outcome = Outcome.REFUSED if refused else Outcome.FAILED if error else Outcome.ACCEPTED
        told = f"{exchange.request.name}: {error}" if outcome is Outcome.FAILED else None
        return cls(exchange.due - started, exchange.finished - exchange.due, outcome, told)


@dataclass
class Phase:
    """A rate kept for some seconds, and all answers."""

    name: str
    load: Load
    answers: list[Answer] = field(default_factory=list[Answer])
    lateness: "array[float]" = field(default_factory=lambda: array("d"))
    """By how many seconds the driver itself was late; no fault of the platform's, but in all latencies."""

    async def drive(self, client: Client, requests: Iterator[Request]) -> None:
        """Send all that is due, however far answers fall behind; some come after this has returned."""
        started = time.perf_counter()
        async for due in self.load.due_times(started, started + self.load.seconds):
            self.lateness.append(time.perf_counter() - due)
            client.send(next(requests), due, lambda exchange: self.answers.append(Answer.of(exchange, started)))

    def latency(self, outcome: Outcome) -> Latency:
        return latency(answer.seconds for answer in self.answers if answer.outcome is outcome)

    def rate(self, outcome: Outcome) -> float:
        return sum(answer.outcome is outcome for answer in self.answers) / self.load.seconds

    @property
    def errors(self) -> Counter[str]:
        return Counter(answer.error for answer in self.answers if answer.error)

    def well_after(self, limit: float) -> float | None:
        """The second from which on, for `CALM_SECONDS`, all was accepted and answered within `limit` seconds."""
        seconds = range(int(self.load.seconds))
        bad = {
            int(answer.due) for answer in self.answers if answer.outcome != Outcome.ACCEPTED or answer.seconds >= limit
        }
        calm = (second for second in seconds if bad.isdisjoint(range(second, second + CALM_SECONDS)))
        return next((float(second) for second in calm if second + CALM_SECONDS <= len(seconds)), None)


@dataclass(frozen=True)
class Promise:
    """What must hold at too high a rate."""

    p99: float = 1000.0
    """Milliseconds, of what is accepted."""
    well_within: float = 10.0
    """Seconds after the load."""
    accepted_part: float = 0.5
    """Of the capacity; to refuse everything would be no art."""

    def broken(self, capacity: float, overload: Phase, after: Phase) -> Sequence[str]:
        """What did not hold, a sentence each."""
        p99 = overload.latency(Outcome.ACCEPTED).p99
        accepted = overload.rate(Outcome.ACCEPTED)
        well = after.well_after(self.p99 / 1000)
        found = [f"{count} × {error}" for error, count in (overload.errors + after.errors).most_common(5)]
        if p99 >= self.p99:
            found.append(f"p99 of the accepted requests was {p99:.0f} ms, not below {self.p99:.0f}")
        if accepted < self.accepted_part * capacity:
            found.append(f"only {accepted:.0f} requests/s were accepted, of a capacity of {capacity:.0f}")
        if well is None or well > self.well_within:
            found.append(f"the platform was not well again {self.well_within:.0f} s after the load")
        return found
