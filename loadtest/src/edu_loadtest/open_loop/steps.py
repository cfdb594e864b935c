"""One rate tried: what was measured, what it took, whether it was good enough."""

import gc
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.driver import Load, Measured, drive
from edu_loadtest.open_loop.observe import Places
from edu_loadtest.open_loop.resources import Use, Watch
from edu_loadtest.request import Request


@dataclass(frozen=True)
class Goal:
    """What a rate must hold to count."""

    p99: float
    """In milliseconds; the measured one must be below."""
    error_percent: float = 0.0

    def missed(self, measured: Measured) -> str:
        """Why a run is not good enough; empty when it is."""
        reasons = [f"{count} × {name}: {error}" for (name, error), count in measured.figures.errors.most_common(1)]
        asked = measured.all.count + measured.errors
        if measured.errors <= asked * self.error_percent / 100:
            reasons = []
        if measured.overloaded:
            reasons.append("answers fell behind by more than a second")
        elif measured.all.p99 >= self.p99:
            reasons.append(f"p99 is not below {self.p99:g} ms")
        return "; ".join(reasons)


@dataclass(frozen=True)
class Step:
    measured: Measured
    uses: list[Use]
    missed: str

    @property
    def good(self) -> bool:
        return not self.missed

    def document(self) -> dict[str, Any]:
        """For JSON."""
        measured = self.measured
        return {
            "rate": measured.load.rate,
            "seconds": measured.seconds,
            "answered_rate": round(measured.answered_rate, 1),
            "good": self.good,
            "missed": self.missed,
            "latency_ms": asdict(measured.all),
            "requests": {name: asdict(figures) for name, figures in measured.figures.latencies().items()},
            "errors": [
                {"request": name, "error": error, "count": count}
                for (name, error), count in measured.figures.errors.most_common()
            ],
            "driver": {"cores": measured.driver_cores, "lateness_p99_ms": measured.lateness_p99},
            "resources": [{"name": use.name, "part": round(use.part, 3), "detail": use.detail} for use in self.uses],
        }


async def measure(client: Client, requests: Iterator[Request], load: Load, places: Places, goal: Goal) -> Step:
    """Try a rate. What is known by now is kept out of garbage collections, which would delay what is due."""
    gc.collect()
    gc.freeze()
    async with Watch(places) as watch:
        measured = await drive(client, requests, load)
    return Step(measured, watch.uses(measured), goal.missed(measured))
