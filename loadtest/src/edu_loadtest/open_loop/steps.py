"""One rate tried: latencies, resources used, and whether the goal was met."""

import gc
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.driver import Load, Measurement, drive
from edu_loadtest.open_loop.observe import Targets
from edu_loadtest.open_loop.resources import ResourceMonitor, Usage
from edu_loadtest.request import Request


@dataclass(frozen=True)
class Goal:
    """What a rate must meet to pass."""

    p99: float
    """In milliseconds; the measured p99 must be below."""
    error_percent: float = 0.0

    def violation(self, measured: Measurement) -> str:
        """Return why a measurement does not meet the goal; an empty text when it does."""
        reasons = [f"{count} × {name}: {error}" for (name, error), count in measured.results.errors.most_common(1)]
        sent = measured.all.count + measured.errors
        if measured.errors <= sent * self.error_percent / 100:
            reasons = []
        if measured.overloaded:
            reasons.append("responses fell behind by more than a second")
        elif measured.all.p99 >= self.p99:
            reasons.append(f"p99 is not below {self.p99:g} ms")
        return "; ".join(reasons)


@dataclass(frozen=True)
class Step:
    """A rate that was tried."""

    measured: Measurement
    resources: list[Usage]
    violation: str

    @property
    def passed(self) -> bool:
        return not self.violation

    def document(self) -> dict[str, Any]:
        """Return the step as JSON-serialisable values."""
        measured = self.measured
        return {
            "rate": measured.load.rate,
            "seconds": measured.seconds,
            "response_rate": round(measured.response_rate, 1),
            "passed": self.passed,
            "violation": self.violation,
            "latency_ms": asdict(measured.all),
            "requests": {name: asdict(latency) for name, latency in measured.results.latencies().items()},
            "errors": [
                {"request": name, "error": error, "count": count}
                for (name, error), count in measured.results.errors.most_common()
            ],
            "driver": {"cores": measured.driver_cores, "lateness_p99_ms": measured.lateness_p99},
            "resources": [
                {"name": use.name, "fraction": round(use.fraction, 3), "detail": use.detail} for use in self.resources
            ],
        }


async def measure(client: Client, requests: Iterator[Request], load: Load, targets: Targets, goal: Goal) -> Step:
    """Try a rate. Existing objects are frozen first, so that no garbage collection delays requests that are due."""
    gc.collect()
    gc.freeze()
    async with ResourceMonitor(targets) as monitor:
        measured = await drive(client, requests, load)
    return Step(measured, monitor.usage(measured), goal.violation(measured))
