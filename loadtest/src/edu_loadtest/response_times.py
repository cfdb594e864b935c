"""The response times of a run to a tenth of a millisecond, collected from all of Locust's processes.

Locust itself rounds them to two digits (above 100 ms to 10 ms, above 1,000 ms to 100 ms), too coarse for a threshold.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from locust import events

REPORT_FIELD = "response_times"


@dataclass
class ResponseTimes:
    """How often each response time occurred, by operation ("GET /course/courses"); times are in ms."""

    counts: dict[str, Counter[float]] = field(default_factory=dict[str, Counter[float]])

    def add(self, operation: str, milliseconds: float, count: int = 1) -> None:
        self.counts.setdefault(operation, Counter())[round(milliseconds, 1)] += count

    def percentile(self, percent: float, operation: str | None = None) -> float:
        """Return the nearest-rank percentile of an operation, or of all; 0 without any response."""
        if operation is None:
            counts: Counter[float] = sum(self.counts.values(), Counter[float]())
        else:
            counts = self.counts.get(operation, Counter())
        rank, seen = math.ceil(percent / 100 * counts.total()), 0
        for milliseconds in sorted(counts):
            seen += counts[milliseconds]
            if seen >= rank:
                return milliseconds
        return 0

    def take(self) -> list[tuple[str, float, int]]:
        """Return the counts as a worker reports them to the master, and reset them."""
        taken, self.counts = self.counts, {}
        return [(operation, *item) for operation, counts in taken.items() for item in counts.items()]

    def merge(self, reported: Iterable[tuple[str, float, int]]) -> None:
        """Add what a worker reported."""
        for operation, milliseconds, count in reported:
            self.add(operation, milliseconds, count)


def collect() -> ResponseTimes:
    """Return the response times of the run, which fill up as it goes on; on a worker those it has yet to report."""
    times = ResponseTimes()

    def add(request_type: str, name: str, response_time: float, **_: Any) -> None:
        times.add(f"{request_type} {name}", response_time)

    def report(data: dict[str, Any], **_: Any) -> None:
        data[REPORT_FIELD] = times.take()

    def merge(data: dict[str, Any], **_: Any) -> None:
        times.merge(data[REPORT_FIELD])

    # At once, not at `init`: a worker's first report is sent before that event.
    hooks = cast("Any", events)  # Locust's annotations are partial
    hooks.request.add_listener(add)
    hooks.report_to_master.add_listener(report)
    hooks.worker_report.add_listener(merge)
    return times
