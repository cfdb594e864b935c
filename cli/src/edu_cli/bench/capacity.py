"""The highest arrival rate that a platform sustains, and the bottleneck beyond it."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from rich.status import Status

from edu_cli.devserver.seeding import Size
from edu_cli.devserver.services import HOST
from edu_cli.devserver.state import Run, State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, filled_table
from edu_loadtest import mix
from edu_loadtest.open_loop import reports
from edu_loadtest.open_loop.capacity import Search, find_capacity
from edu_loadtest.open_loop.charts import Point, curve
from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.crowd import Sizes, Unprepared, gather_crowd, mix_of, standard_mix
from edu_loadtest.open_loop.driver import Arrivals, Load
from edu_loadtest.open_loop.observe import Places
from edu_loadtest.open_loop.reports import Row
from edu_loadtest.open_loop.resources import Kind, Use, gave_out
from edu_loadtest.open_loop.steps import Goal, Step, measure
from edu_loadtest.request import Request

STANDARD = "standard"
CONFIRM_FACTOR = 2
CALM_SECONDS = 2.0
USES_SHOWN = 8
STEP_COLUMNS = ("per s", "answered", "p50 ms", "p95 ms", "p99 ms", "errors", "fullest", "")


@dataclass(frozen=True)
class Target:
    """The platform under test: its URL, and the processes to observe meanwhile."""

    url: str
    services: Mapping[str, str] = field(default_factory=dict[str, str])
    places: Places = field(default_factory=Places)


def parse_mix(text: str) -> dict[str, float] | None:
    """Parse `search=2,login=1` into weights by operation; None for the standard mix."""
    if text == STANDARD:
        return None
    try:
        weights = {name: float(value or 1) for name, _, value in (part.partition("=") for part in text.split(","))}
    except ValueError as error:
        raise LocalError(f"--mix {text}: a weight is not a number. It should look like search=2,login=1.") from error
    unknown = [name for name in weights if name not in mix.OPERATIONS]
    if unknown:
        raise LocalError(f"--mix: there is no operation {unknown[0]}. The operations are {', '.join(mix.OPERATIONS)}.")
    return weights


def find_target(url: str | None = None, size: Size | None = None, *, direct: bool = False) -> Target:
    """Return the platform at `url`, by default the running one of this machine.

    It also sets SEED_SIZE, which decides the accounts to sign in with. With `direct`, requests bypass the gateway.
    """
    if url:
        os.environ["SEED_SIZE"] = size or "small"
        return Target(url)
    state = State(default_state_directory())
    run = state.require_run(" --rate-limits off --seed full")
    os.environ["SEED_SIZE"] = size or state.fact("seeded") or "small"
    services = {name: f"http://{HOST}:{port}" for name, port in run.service_ports.items()}
    return Target(run.url, services if direct else {}, _places(run, services))


def _places(run: Run, services: Mapping[str, str]) -> Places:
    pids = {record.name: record.pid for record in run.processes}
    return Places(services, {"gateway": pids["gateway"]}, pids["postgres"])


class CapacitySearch:
    """A search for a platform's capacity, which reports each step on the terminal."""

    def __init__(
        self, target: Target, goal: Goal, weights: dict[str, float] | None, seconds: float, arrivals: Arrivals
    ) -> None:
        self._target, self._goal, self._weights = target, goal, weights
        self._seconds, self._arrivals = seconds, arrivals
        self.steps: list[Step] = []
        self.capacity = 0.0

    async def run(self, rate: float | None, search: Search) -> None:
        client = Client(self._target.url, self._target.services)
        try:
            with console.status("") as status:
                self._requests = await self._prepare(client, status)
                self._client, self._status = client, status
                await self._search(rate, search)
        except Unprepared as error:
            raise LocalError(str(error)) from error
        finally:
            await client.close()
        self._print_result()

    async def _search(self, rate: float | None, search: Search) -> None:
        console.print(f"[bold]{_line(STEP_COLUMNS)}[/]", soft_wrap=True)
        if rate:
            self.capacity = rate if await self._holds(rate) else 0.0
        else:
            self.capacity = await find_capacity(search, self._holds, self._confirms)

    async def _prepare(self, client: Client, status: Status) -> Iterator[Request]:
        def tell(what: str) -> None:
            status.update(f"Preparing: {what} …")

        crowd = await gather_crowd(client, Sizes(), tell)
        return mix_of(crowd, self._weights) if self._weights else standard_mix(crowd)

    async def _confirms(self, rate: float) -> bool:
        return await self._holds(rate, CONFIRM_FACTOR)

    async def _holds(self, rate: float, factor: float = 1) -> bool:
        seconds = self._seconds * factor
        self._status.update(f"{rate:.0f} requests/s for {seconds:.0f} s …")
        load = Load(rate, seconds, arrivals=self._arrivals)
        step = await measure(self._client, self._requests, load, self._target.places, self._goal)
        self.steps.append(step)
        console.print(_line(_cells(step)), soft_wrap=True)
        if not step.good:
            await asyncio.sleep(CALM_SECONDS)
        return step.good

    def _print_result(self) -> None:
        limit = f"p99 below {self._goal.p99:g} ms and {self._goal.error_percent:g} % of errors"
        console.print(f"\n[bold]Capacity: {self.capacity:.0f} requests/s[/] with {limit}.")
        told = self.telling_step
        console.print(f"{_verdict(told)}\n")
        console.print(filled_table(*_figures(told)))
        console.print()
        console.print(filled_table(("resource", "used", ""), *_used(told.uses)[:USES_SHOWN]))

    @property
    def telling_step(self) -> Step:
        """The lowest rate that failed, which shows what gave out first; the last one when none did."""
        failed = [step for step in self.steps if not step.good]
        return min(failed, key=lambda step: step.measured.load.rate, default=self.steps[-1])

    def write(self, folder: Path) -> None:
        title = f"Capacity: {self.capacity:.0f} requests/s with p99 below {self._goal.p99:g} ms"
        points = [Point(step.measured.load.rate, step.measured.all.p99, step.good) for step in self.steps]
        told = self.telling_step
        tables = [_figures(told), _steps(self.steps), [("resource", "used", ""), *_used(told.uses)]]
        reports.write(folder, "capacity", title, self.document(), tables, curve(title, points, self._goal.p99))
        console.print(f"\nReports: {folder / 'capacity.html'}; .json, .csv and .svg beside it")

    def document(self) -> dict[str, Any]:
        first = gave_out(self.telling_step.uses)
        return {
            "target": self._target.url,
            "mix": self._weights or STANDARD,
            "p99_ms": self._goal.p99,
            "capacity": self.capacity,
            "gave_out_first": first and {"name": first.name, "detail": first.detail},
            "steps": [step.document() for step in self.steps],
        }


def _line(cells: tuple[str, ...]) -> str:
    *figures, fullest, verdict = cells
    return "".join(f"{cell:>9}" for cell in figures) + f"   {fullest:<28}{verdict}"


def _cells(step: Step) -> tuple[str, ...]:
    figures, fullest = step.measured.all, step.uses[0]
    return (
        f"{step.measured.load.rate:.0f}",
        f"{step.measured.answered_rate:.0f}",
        *(f"{value:.1f}" for value in (figures.p50, figures.p95, figures.p99)),
        str(step.measured.errors),
        f"{fullest.name} {fullest.part:.0%}",
        "[green]✓[/]" if step.good else f"[red]✗[/] {step.missed}",
    )


def _verdict(step: Step) -> str:
    rate = f"{step.measured.load.rate:.0f} requests/s"
    first = gave_out(step.uses)
    if step.good:
        return f"At {rate}, the highest rate tried, nothing was too slow."
    if first is None:
        return (
            f"At {rate} no resource that is looked at was used up; look at locks, disks, the network, single queries."
        )
    foreign = first.kind in (Kind.DRIVER, Kind.OTHERS)
    warning = " This is no limit of the platform's; repeat it on a quieter or larger machine." if foreign else ""
    return f"What gave out first, at {rate}: [bold]{first.name}[/] ({first.detail}).{warning}"


def _figures(step: Step) -> list[Row]:
    latencies = {**step.measured.figures.latencies(), "all": step.measured.all}
    rows = [(name, *(str(value) for value in astuple(figures))) for name, figures in latencies.items()]
    return [(f"at {step.measured.load.rate:.0f}/s", "count", "p50 ms", "p95 ms", "p99 ms", "longest"), *rows]


def _steps(steps: list[Step]) -> list[Row]:
    return [("per s", "answered", "p50 ms", "p95 ms", "p99 ms", "errors", "missed"), *map(_step, steps)]


def _step(step: Step) -> Row:
    rate, figures = step.measured.load.rate, step.measured.all
    latencies = (figures.p50, figures.p95, figures.p99)
    return (round(rate), round(step.measured.answered_rate), *latencies, step.measured.errors, step.missed)


def _used(uses: list[Use]) -> list[Row]:
    return [(use.name, f"{use.part:.0%}", use.detail) for use in uses]
