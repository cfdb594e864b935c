"""More requests than the platform can serve, then half its capacity, and how it copes with both."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvloop

from edu_cli.bench.capacity import CapacitySearch, Target
from edu_cli.errors import LocalError
from edu_cli.ui import console, filled_table, print_error, step
from edu_loadtest.open_loop import reports
from edu_loadtest.open_loop.capacity import Search
from edu_loadtest.open_loop.charts import Line, lines
from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.crowd import Sizes, Unprepared, gather_crowd, standard_mix
from edu_loadtest.open_loop.driver import Arrivals, Load
from edu_loadtest.open_loop.figures import latency
from edu_loadtest.open_loop.overload import Outcome, Phase, Promise
from edu_loadtest.open_loop.reports import Row
from edu_loadtest.open_loop.steps import Goal

AFTERWARDS_SECONDS = 20.0
GOAL = Goal(p99=200)
"""What a rate must hold to be a capacity."""
SEARCHED_SECONDS = 8.0
COLUMNS = ("", "asked/s", "accepted", "p50 ms", "p99 ms", "refused", "refused p99", "late", "errors")
"""`late` is the p99 of the driver itself, which is in all times."""


def measure_capacity(target: Target) -> float:
    """Return the platform's capacity in requests per second; raise `LocalError` when there is none."""
    search = CapacitySearch(target, GOAL, None, SEARCHED_SECONDS, Arrivals.poisson)
    uvloop.run(search.run(None, Search(start=50)))
    if not search.capacity:
        raise LocalError("No capacity was found. Name one: ./edu bench overload --rate 50")
    return search.capacity


@dataclass
class Overload:
    """Three phases on a platform: half its capacity, too much, half again."""

    capacity: float
    factor: float
    seconds: float
    promise: Promise

    def __post_init__(self) -> None:
        half = Load(self.capacity / 2, AFTERWARDS_SECONDS)
        self.before = Phase("before", half)
        self.during = Phase("overload", Load(self.capacity * self.factor, self.seconds))
        self.after = Phase("after", half)

    @property
    def phases(self) -> tuple[Phase, Phase, Phase]:
        return self.before, self.during, self.after

    @property
    def broken(self) -> Sequence[str]:
        return self.promise.broken(self.capacity, self.during, self.after)

    @property
    def well_after(self) -> float | None:
        return self.after.well_after(self.promise.p99 / 1000)

    async def run(self, target: Target) -> None:
        client = Client(target.url)
        try:
            with console.status("") as status:
                crowd = await gather_crowd(client, Sizes(), lambda what: status.update(f"Preparing: {what} …"))
            requests = standard_mix(crowd)
            for phase in self.phases:
                with step(f"{phase.load.rate:.0f} requests/s for {phase.load.seconds:.0f} s"):
                    await phase.drive(client, requests)
            await client.drain()
        except Unprepared as error:
            raise LocalError(str(error)) from error
        finally:
            await client.close()

    def show(self) -> None:
        console.print()
        console.print(filled_table(*self._figures()))
        well = self.well_after
        if well is not None:
            console.print(f"\nWell again {well:.0f} s after the load.")
        for sentence in self.broken:
            print_error(sentence)

    def _figures(self) -> list[Row]:
        return [COLUMNS, *map(_row, self.phases)]

    def write(self, folder: Path) -> None:
        title = f"{self.factor:g} times the capacity of {self.capacity:.0f} requests/s for {self.seconds:.0f} s"
        chart = lines(title, "requests/s", "s", [Line(outcome, list(self._by_second(outcome))) for outcome in Outcome])
        reports.write(folder, "overload", title, self.document(), [self._figures()], chart)
        console.print(f"\nReports: {folder / 'overload.html'}; .json, .csv and .svg beside it")

    def _by_second(self, outcome: Outcome) -> Iterator[tuple[float, float]]:
        start = 0
        for phase in self.phases:
            dues = [int(answer.due) for answer in phase.answers if answer.outcome is outcome]
            for second in range(int(phase.load.seconds)):
                yield float(start + second), float(dues.count(second))
            start += int(phase.load.seconds)

    def document(self) -> dict[str, Any]:
        return {
            "capacity": self.capacity,
            "broken": list(self.broken),
            "well_after_seconds": self.well_after,
            "phases": [
                {
                    "name": phase.name,
                    "rate": phase.load.rate,
                    "seconds": phase.load.seconds,
                    **{f"{outcome}_rate": round(phase.rate(outcome), 1) for outcome in Outcome},
                    "accepted_ms": asdict(phase.latency(Outcome.ACCEPTED)),
                    "refused_ms": asdict(phase.latency(Outcome.REFUSED)),
                    "sent_late_ms": asdict(latency(phase.lateness)),
                    "errors": dict(phase.errors),
                }
                for phase in self.phases
            ],
        }


def _row(phase: Phase) -> Row:
    accepted, refused = phase.latency(Outcome.ACCEPTED), phase.latency(Outcome.REFUSED)
    figures = (
        phase.load.rate,
        phase.rate(Outcome.ACCEPTED),
        accepted.p50,
        accepted.p99,
        phase.rate(Outcome.REFUSED),
        refused.p99,
        latency(phase.lateness).p99,
    )
    return phase.name, *(f"{figure:.0f}" for figure in figures), phase.errors.total()
