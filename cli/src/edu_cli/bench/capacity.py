"""The highest arrival rate that a platform sustains, and the bottleneck beyond it."""

import asyncio
from collections.abc import Mapping
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from edu_cli import reports
from edu_cli.bench.target import STANDARD, Target, connect, requests_of
from edu_cli.reports import Row
from edu_cli.reports.charts import Point, curve
from edu_cli.ui import console, filled_table
from edu_loadtest.open_loop.capacity import RateSearch, find_capacity
from edu_loadtest.open_loop.driver import Arrivals, Load
from edu_loadtest.open_loop.observe import wait_until_delivered
from edu_loadtest.open_loop.resources import Kind, Usage, bottleneck
from edu_loadtest.open_loop.steps import Goal, Step, measure
from edu_loadtest.open_loop.virtual_users import Counts

CONFIRM_FACTOR = 2
PAUSE_SECONDS = 2.0
DELIVERY_SECONDS = 10.0
"""A rate counts only if the events of its requests are delivered this soon after it."""
RESOURCES_SHOWN = 8
STEP_COLUMNS = ("per s", "answered", "p50 ms", "p95 ms", "p99 ms", "errors", "fullest", "")


class CapacitySearch:
    """A search for a platform's capacity, which prints each step."""

    def __init__(
        self, target: Target, goal: Goal, weights: Mapping[str, float] | None, seconds: float, arrivals: Arrivals
    ) -> None:
        self._target, self._goal, self._weights = target, goal, weights
        self._seconds, self._arrivals = seconds, arrivals
        self.steps: list[Step] = []
        self.capacity = 0.0

    async def run(self, search: RateSearch, rate: float | None = None) -> None:
        """Search for the capacity, or measure one rate only."""
        async with connect(self._target, Counts()) as (client, users):
            self._client, self._requests = client, requests_of(users, self._weights)
            with console.status("") as self._status:
                console.print(f"[bold]{_line(STEP_COLUMNS)}[/]", soft_wrap=True)
                if rate:
                    self.capacity = rate if await self._passes(rate) else 0.0
                else:
                    self.capacity = await find_capacity(search, self._passes, self._confirms)

    async def _confirms(self, rate: float) -> bool:
        return await self._passes(rate, CONFIRM_FACTOR)

    async def _passes(self, rate: float, factor: float = 1) -> bool:
        seconds = self._seconds * factor
        self._status.update(f"{rate:.0f} requests/s for {seconds:.0f} s …")
        load = Load(rate, seconds, arrivals=self._arrivals)
        step = await measure(self._client, self._requests, load, self._target.observed, self._goal)
        if step.passed and not await wait_until_delivered(self._target.observed, DELIVERY_SECONDS):
            step = replace(step, violation=f"events were not delivered within {DELIVERY_SECONDS:g} s")
        self.steps.append(step)
        console.print(_line(_cells(step)), soft_wrap=True)
        if not step.passed:
            await asyncio.sleep(PAUSE_SECONDS)
        return step.passed

    def show(self) -> None:
        """Print the capacity, the bottleneck, latencies and resources."""
        limit = f"p99 below {self._goal.p99:g} ms and {self._goal.error_percent:g} % of errors"
        console.print(f"\n[bold]Capacity: {self.capacity:.0f} requests/s[/] with {limit}.")
        step = self.decisive_step
        console.print(f"{_verdict(step)}\n")
        console.print(filled_table(*_latencies(step)))
        console.print()
        console.print(filled_table(("resource", "used", ""), *_resources(step.resources)[:RESOURCES_SHOWN]))

    @property
    def decisive_step(self) -> Step:
        """Return the lowest rate that failed, which shows the bottleneck; the last step when none did."""
        failed = [step for step in self.steps if not step.passed]
        return min(failed, key=lambda step: step.measured.load.rate, default=self.steps[-1])

    def write(self, folder: Path) -> None:
        """Write the reports."""
        title = f"Capacity: {self.capacity:.0f} requests/s with p99 below {self._goal.p99:g} ms"
        points = [Point(step.measured.load.rate, step.measured.all.p99, step.passed) for step in self.steps]
        step = self.decisive_step
        tables = [_latencies(step), _steps(self.steps), [("resource", "used", ""), *_resources(step.resources)]]
        reports.write(folder, "capacity", title, self.document(), tables, curve(title, points, self._goal.p99))
        console.print(f"\nReports: {folder / 'capacity.html'}; .json, .csv and .svg beside it")

    def document(self) -> dict[str, Any]:
        """Return the results as JSON-serialisable values."""
        resource = bottleneck(self.decisive_step.resources)
        return {
            "target": self._target.url,
            "mix": self._weights or STANDARD,
            "p99_ms": self._goal.p99,
            "capacity": self.capacity,
            "bottleneck": resource and {"name": resource.name, "detail": resource.detail},
            "steps": [step.document() for step in self.steps],
        }


def _line(cells: tuple[str, ...]) -> str:
    *numbers, fullest, verdict = cells
    return "".join(f"{cell:>9}" for cell in numbers) + f"   {fullest:<28}{verdict}"


def _cells(step: Step) -> tuple[str, ...]:
    latency, fullest = step.measured.all, step.resources[0]
    return (
        f"{step.measured.load.rate:.0f}",
        f"{step.measured.response_rate:.0f}",
        *(f"{value:.1f}" for value in (latency.p50, latency.p95, latency.p99)),
        str(step.measured.errors),
        f"{fullest.name} {fullest.fraction:.0%}",
        "[green]✓[/]" if step.passed else f"[red]✗[/] {step.violation}",
    )


def _verdict(step: Step) -> str:
    rate = f"{step.measured.load.rate:.0f} requests/s"
    resource = bottleneck(step.resources)
    if step.passed:
        return f"At {rate}, the highest rate tried, the goal was met."
    if resource is None:
        return f"At {rate} no observed resource was saturated; look at locks, disks, the network, single queries."
    foreign = resource.kind in (Kind.DRIVER, Kind.OTHERS)
    warning = " This does not limit the platform; repeat it on a quieter or larger machine." if foreign else ""
    return f"The bottleneck at {rate}: [bold]{resource.name}[/] ({resource.detail}).{warning}"


def _latencies(step: Step) -> list[Row]:
    latencies = {**step.measured.results.latencies(), "all": step.measured.all}
    rows = [(name, *(str(value) for value in astuple(latency))) for name, latency in latencies.items()]
    return [(f"at {step.measured.load.rate:.0f}/s", "count", "p50 ms", "p95 ms", "p99 ms", "max"), *rows]


def _steps(steps: list[Step]) -> list[Row]:
    return [("per s", "answered", "p50 ms", "p95 ms", "p99 ms", "errors", "violation"), *map(_step, steps)]


def _step(step: Step) -> Row:
    rate, latency = step.measured.load.rate, step.measured.all
    latencies = (latency.p50, latency.p95, latency.p99)
    return (round(rate), round(step.measured.response_rate), *latencies, step.measured.errors, step.violation)


def _resources(resources: list[Usage]) -> list[Row]:
    return [(usage.name, f"{usage.fraction:.0%}", usage.detail) for usage in resources]
