"""Half a platform's capacity for a long time, and the memory of its processes meanwhile."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edu_cli.bench.capacity import Target
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, filled_table, print_error, progress
from edu_loadtest.open_loop import reports
from edu_loadtest.open_loop.charts import Line, lines
from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.crowd import Sizes, Unprepared, gather_crowd, standard_mix
from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.overload import Outcome, Phase
from edu_loadtest.open_loop.reports import Row
from edu_loadtest.open_loop.soak import Course, sample

SAMPLE_SECONDS = 5.0
ROUND_SECONDS = 480.0
"""Then people sign in anew: access tokens live for 15 minutes."""
SIZES = Sizes(students=100, teachers=10)


class Soak:
    """A low rate for a long time, and the memory of each process meanwhile."""

    def __init__(self, target: Target, rate: float, minutes: float) -> None:
        self._target, self._rate, self._minutes = target, rate, minutes
        self._pids = pids()
        self.courses = {name: Course(name) for name in self._pids}
        self.outcomes: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    async def run(self) -> None:
        with progress(f"{self._rate:.0f} requests/s for {self._minutes:g} minutes") as tell:
            self._started = time.monotonic()
            sampling = asyncio.create_task(self._sample(tell))
            try:
                while (left := self._minutes * 60 - self._elapsed) > 0:
                    await self._round(min(left, ROUND_SECONDS))
            except Unprepared as error:
                raise LocalError(str(error)) from error
            finally:
                sampling.cancel()

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    async def _round(self, seconds: float) -> None:
        client = Client(self._target.url)
        try:
            crowd = await gather_crowd(client, SIZES, lambda _: None)
            phase = Phase("soak", Load(self._rate, seconds))
            await phase.drive(client, standard_mix(crowd))
            await client.drain()
        finally:
            await client.close()
        self.outcomes += Counter({outcome: phase.latency(outcome).count for outcome in Outcome})
        self.errors += phase.errors

    async def _sample(self, tell: Callable[[str], None]) -> None:
        while True:
            minutes = self._elapsed / 60
            await asyncio.to_thread(sample, self.courses, self._pids, minutes)
            tell(f"{minutes:.0f} of {self._minutes:.0f} minutes at {self._rate:.0f} requests/s")
            await asyncio.sleep(SAMPLE_SECONDS)

    @property
    def broken(self) -> list[str]:
        growing = [
            f"{name} keeps growing, by {course.slope:.1f} MiB an hour"
            for name, course in self.courses.items()
            if course.keeps_growing
        ]
        now = pids()
        return growing + [f"{name} was started anew" for name, pid in self._pids.items() if now.get(name) != pid]

    def show(self) -> None:
        console.print(filled_table(*self._figures()))
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.items())
        console.print(f"\n{self._rate:.0f} requests/s for {self._minutes:g} minutes: {counts}")
        for error, count in self.errors.most_common(5):
            console.print(f"{count} × {error}")
        for sentence in self.broken:
            print_error(sentence)

    def _figures(self) -> list[Row]:
        return [("process", "first MiB", "last", "most", "MiB an hour"), *map(_row, self.courses.values())]

    def write(self, folder: Path) -> None:
        title = f"Memory at {self._rate:.0f} requests/s for {self._minutes:g} minutes"
        chart = lines(title, "MiB", "min", [Line(name, course.points) for name, course in self.courses.items()])
        reports.write(folder, "soak", title, self.document(), [self._figures()], chart)
        console.print(f"\nReports: {folder / 'soak.html'}; .json, .csv and .svg beside it")

    def document(self) -> dict[str, Any]:
        return {
            "rate": self._rate,
            "minutes": self._minutes,
            "broken": self.broken,
            "outcomes": self.outcomes,
            "errors": self.errors,
            "processes": [
                {"name": name, "mib_an_hour": round(course.slope, 2), "points": course.points}
                for name, course in self.courses.items()
            ],
        }


def pids() -> dict[str, int]:
    """The platform's processes, by name."""
    run = State(default_state_directory()).run()
    return {record.name: record.pid for record in run.processes} if run else {}


def _row(course: Course) -> Row:
    values = [value for _, value in course.points] or [0.0]
    figures = (values[0], values[-1], max(values), course.slope)
    return (course.name, *(f"{value:.1f}" for value in figures))
