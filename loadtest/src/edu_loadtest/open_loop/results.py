"""The results of a run: latencies and errors, by kind of request and for all."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

PERCENTS = (50, 95, 99)


@dataclass(frozen=True)
class Latency:
    """Percentiles of the latency, in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


def latency(seconds: Iterable[float]) -> Latency:
    """Return nearest-rank percentiles: each is a latency that was measured."""
    ordered = sorted(seconds)
    if not ordered:
        return Latency(0, 0, 0, 0, 0)
    ranks = [ordered[math.ceil(percent / 100 * len(ordered)) - 1] for percent in PERCENTS]
    p50, p95, p99, highest = (round(value * 1000, 2) for value in (*ranks, ordered[-1]))
    return Latency(len(ordered), p50, p95, p99, highest)


@dataclass
class Results:
    """Latencies and errors, recorded during a run."""

    seconds: dict[str, "array[float]"] = field(default_factory=dict[str, "array[float]"])
    errors: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """Counts by kind of request and error."""
    lateness: "array[float]" = field(default_factory=lambda: array("d"))
    """How many seconds after it was due each request was sent."""

    def record(self, name: str, seconds: float) -> None:
        """Record the latency of a response."""
        if name not in self.seconds:
            self.seconds[name] = array("d")
        self.seconds[name].append(seconds)

    def latencies(self) -> dict[str, Latency]:
        """Return the latencies by kind of request, the most frequent first."""
        most = sorted(self.seconds, key=lambda name: -len(self.seconds[name]))
        return {name: latency(self.seconds[name]) for name in most}

    def all(self) -> Latency:
        """Return the latency of all requests together."""
        return latency(value for values in self.seconds.values() for value in values)
