"""More requests than the platform can serve, then half its capacity, and how it copes with both."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvloop

from edu_cli import reports
from edu_cli.bench.capacity import CapacitySearch
from edu_cli.bench.target import Target, connect
from edu_cli.errors import LocalError
from edu_cli.reports import Row
from edu_cli.reports.charts import Line, lines
from edu_cli.ui import console, filled_table, print_error, step
from edu_loadtest.open_loop.capacity import RateSearch
from edu_loadtest.open_loop.driver import Arrivals, Load
from edu_loadtest.open_loop.overload import Outcome, Phase, Requirements
from edu_loadtest.open_loop.results import latency
from edu_loadtest.open_loop.steps import Goal
from edu_loadtest.open_loop.virtual_users import Counts, standard_mix

AFTERWARDS_SECONDS = 20.0
GOAL = Goal(p99=200)
"""What a rate must meet to count as capacity."""
STEP_SECONDS = 8.0
COLUMNS = ("", "sent/s", "accepted", "p50 ms", "p99 ms", "rejected", "rejected p99", "late", "errors")
"""`late` is the p99 of how late the driver itself sent requests, which is included in all times."""


def measure_capacity(target: Target) -> float:
    """Return the platform's capacity in requests per second; raise `LocalError` when there is none."""
    search = CapacitySearch(target, GOAL, None, STEP_SECONDS, Arrivals.poisson)
    uvloop.run(search.run(RateSearch(start=50)))
    if not search.capacity:
        raise LocalError("No capacity was found. Give one: ./edu bench overload --rate 50")
    return search.capacity


@dataclass
class Overload:
    """Three phases: half the capacity, a multiple of it, half again."""

    capacity: float
    factor: float
    seconds: float
    requirements: Requirements

    def __post_init__(self) -> None:
        half = Load(self.capacity / 2, AFTERWARDS_SECONDS)
        self.before = Phase("before", half)
        self.during = Phase("overload", Load(self.capacity * self.factor, self.seconds))
        self.after = Phase("after", half)

    @property
    def phases(self) -> tuple[Phase, Phase, Phase]:
        return self.before, self.during, self.after

    @property
    def violations(self) -> Sequence[str]:
        return self.requirements.violations(self.capacity, self.during, self.after)

    @property
    def recovered_after(self) -> float | None:
        return self.after.recovered_after(self.requirements.p99 / 1000)

    async def run(self, target: Target) -> None:
        """Run the three phases."""
        async with connect(target, Counts()) as (client, users):
            requests = standard_mix(users)
            for phase in self.phases:
                with step(f"{phase.load.rate:.0f} requests/s for {phase.load.seconds:.0f} s"):
                    await phase.drive(client, requests)
            await client.drain()

    def show(self) -> None:
        """Print the phases, and each requirement that was not met."""
        console.print()
        console.print(filled_table(*self._phases()))
        seconds = self.recovered_after
        if seconds is not None:
            console.print(f"\nRecovered {seconds:.0f} s after the overload.")
        for sentence in self.violations:
            print_error(sentence)

    def _phases(self) -> list[Row]:
        return [COLUMNS, *map(_row, self.phases)]

    def write(self, folder: Path) -> None:
        """Write the reports."""
        title = f"{self.factor:g} times the capacity of {self.capacity:.0f} requests/s for {self.seconds:.0f} s"
        chart = lines(title, "requests/s", "s", [Line(outcome, list(self._by_second(outcome))) for outcome in Outcome])
        reports.write(folder, "overload", title, self.document(), [self._phases()], chart)
        console.print(f"\nReports: {folder / 'overload.html'}; .json, .csv and .svg beside it")

    def _by_second(self, outcome: Outcome) -> Iterator[tuple[float, float]]:
        start = 0
        for phase in self.phases:
            dues = [int(response.due) for response in phase.responses if response.outcome is outcome]
            for second in range(int(phase.load.seconds)):
                yield float(start + second), float(dues.count(second))
            start += int(phase.load.seconds)

    def document(self) -> dict[str, Any]:
        """Return the results as JSON-serialisable values."""
        return {
            "capacity": self.capacity,
            "violations": list(self.violations),
            "recovered_after_seconds": self.recovered_after,
            "phases": [
                {
                    "name": phase.name,
                    "rate": phase.load.rate,
                    "seconds": phase.load.seconds,
                    **{f"{outcome}_rate": round(phase.rate(outcome), 1) for outcome in Outcome},
                    "accepted_ms": asdict(phase.latency(Outcome.ACCEPTED)),
                    "rejected_ms": asdict(phase.latency(Outcome.REJECTED)),
                    "sent_late_ms": asdict(latency(phase.lateness)),
                    "errors": dict(phase.errors),
                }
                for phase in self.phases
            ],
        }


def _row(phase: Phase) -> Row:
    accepted, rejected = phase.latency(Outcome.ACCEPTED), phase.latency(Outcome.REJECTED)
    numbers = (
        phase.load.rate,
        phase.rate(Outcome.ACCEPTED),
        accepted.p50,
        accepted.p99,
        phase.rate(Outcome.REJECTED),
        rejected.p99,
        latency(phase.lateness).p99,
    )
    return phase.name, *(f"{number:.0f}" for number in numbers), phase.errors.total()
