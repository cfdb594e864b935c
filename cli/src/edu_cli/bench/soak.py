"""Half a platform's capacity for a long time, and the memory of its processes meanwhile."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from edu_cli import reports
from edu_cli.bench.target import Target, connect
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.reports import Row
from edu_cli.reports.charts import Line, lines
from edu_cli.ui import console, filled_table, print_error, progress
from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.overload import Outcome, Phase
from edu_loadtest.open_loop.soak import MemorySeries, sample
from edu_loadtest.open_loop.virtual_users import Counts, VirtualUsers, standard_mix
from edu_loadtest.request import Request

RequestSource: TypeAlias = Callable[[VirtualUsers], Iterator[Request]]
SAMPLE_SECONDS = 5.0
ROUND_SECONDS = 480.0
"""Seconds until users sign in again: access tokens live for 15 minutes."""
COUNTS = Counts(students=100, teachers=10)


class Soak:
    """A low rate for a long time, and the memory of each process meanwhile."""

    def __init__(self, target: Target, rate: float, minutes: float, requests: RequestSource = standard_mix) -> None:
        self._target, self._rate, self._minutes, self._requests = target, rate, minutes, requests
        self._pids = pids()
        self.series = {name: MemorySeries(name) for name in self._pids}
        self.outcomes: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    async def run(self) -> None:
        """Send the rate for the whole time."""
        with progress(f"{self._rate:.0f} requests/s for {self._minutes:g} minutes") as update:
            self._started = time.monotonic()
            sampling = asyncio.create_task(self._sample(update))
            try:
                while (left := self._minutes * 60 - self._elapsed) > 0:
                    await self._round(min(left, ROUND_SECONDS))
            finally:
                sampling.cancel()

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    async def _round(self, seconds: float) -> None:
        async with connect(self._target, COUNTS) as (client, users):
            phase = Phase("soak", Load(self._rate, seconds))
            await phase.drive(client, self._requests(users))
            await client.drain()
        self.outcomes += Counter({outcome: phase.latency(outcome).count for outcome in Outcome})
        self.errors += phase.errors

    async def _sample(self, update: Callable[[str], None]) -> None:
        while True:
            minutes = self._elapsed / 60
            await asyncio.to_thread(sample, self.series, self._pids, minutes)
            update(f"{minutes:.0f} of {self._minutes:.0f} minutes at {self._rate:.0f} requests/s")
            await asyncio.sleep(SAMPLE_SECONDS)

    @property
    def violations(self) -> list[str]:
        """Return one sentence for each process that keeps growing or was restarted."""
        growing = [
            f"{name} keeps growing, by {series.slope:.1f} MiB per hour"
            for name, series in self.series.items()
            if series.keeps_growing
        ]
        now = pids()
        return growing + [f"{name} was restarted" for name, pid in self._pids.items() if now.get(name) != pid]

    def show(self) -> None:
        """Print memory, outcomes, errors and violations."""
        console.print(filled_table(*self._memory()))
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.items())
        console.print(f"\n{self._rate:.0f} requests/s for {self._minutes:g} minutes: {counts}")
        for error, count in self.errors.most_common(5):
            console.print(f"{count} × {error}")
        for sentence in self.violations:
            print_error(sentence)
        if not self.violations:
            console.print("No process keeps growing.")

    def _memory(self) -> list[Row]:
        return [("process", "first MiB", "last", "most", "MiB per hour"), *map(_row, self.series.values())]

    def write(self, folder: Path) -> None:
        """Write the reports."""
        title = f"Memory at {self._rate:.0f} requests/s for {self._minutes:g} minutes"
        chart = lines(title, "MiB", "min", [Line(name, series.points) for name, series in self.series.items()])
        reports.write(folder, "soak", title, self.document(), [self._memory()], chart)
        console.print(f"\nReports: {folder / 'soak.html'}; .json, .csv and .svg beside it")

    def document(self) -> dict[str, Any]:
        """Return the results as JSON-serialisable values."""
        return {
            "rate": self._rate,
            "minutes": self._minutes,
            "violations": self.violations,
            "outcomes": self.outcomes,
            "errors": self.errors,
            "processes": [
                {"name": name, "mib_per_hour": round(series.slope, 2), "points": series.points}
                for name, series in self.series.items()
            ],
        }


def pids() -> dict[str, int]:
    """Return the pids of the platform's processes, by name."""
    run = State(default_state_directory()).run()
    return {record.name: record.pid for record in run.processes} if run else {}


def _row(series: MemorySeries) -> Row:
    values = [value for _, value in series.points] or [0.0]
    numbers = (values[0], values[-1], max(values), series.slope)
    return (series.name, *(f"{number:.1f}" for number in numbers))
