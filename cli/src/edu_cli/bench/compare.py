"""`compare`: two settings or profiles side by side, in turns on the same machine and the same data."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from edu_cli.commands.data import Size
from edu_cli.devserver.platform import BASELINE, Options, Platform
from edu_cli.devserver.services import NAMES, Ports
from edu_cli.devserver.state import default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, shown, step
from edu_loadtest.open_loop import reports
from edu_loadtest.open_loop.charts import Bar, bars
from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.crowd import Crowd, Sizes, Unprepared, gather_crowd, mix_of
from edu_loadtest.open_loop.driver import Load
from edu_loadtest.open_loop.figures import Latency, latency
from edu_loadtest.open_loop.observe import Places
from edu_loadtest.open_loop.reports import Row
from edu_loadtest.open_loop.resources import gave_out
from edu_loadtest.open_loop.steps import Goal, Step, measure

PROFILES: dict[str, dict[str, str]] = {"standard": {}, "baseline": BASELINE}
OPERATIONS = {"search_frequent": 2.0, "search_rare": 2.0, "list": 2.0, "curriculum": 2.0, "me": 1.0, "login": 1.0}
SIZES = Sizes(students=40, teachers=0)
P99 = 200.0
USED_SHOWN = 0.3
ROUNDS = 3


@dataclass
class Side:
    """A setting or a profile: variables for each service, and what was measured with them."""

    name: str
    environments: dict[str, dict[str, str]]
    steps: list[Step] = field(default_factory=list[Step])

    @classmethod
    def parse(cls, text: str) -> "Side":
        """`baseline`, `NAME=VALUE`, `service.NAME=VALUE`, or several of them with commas between."""
        environments: dict[str, dict[str, str]] = {}
        for part in text.split(","):
            services, variables = _setting(part)
            for service in services:
                environments.setdefault(service, {}).update(variables)
        return cls(text, environments)

    def latency(self, operation: str) -> Latency:
        """That of all rounds together."""
        return latency(value for step in self.steps for value in step.measured.figures.seconds.get(operation, ()))

    def rounds(self, operation: str) -> list[float]:
        """The p99 of each round."""
        return [latency(step.measured.figures.seconds.get(operation, ())).p99 for step in self.steps]

    def bar(self, operation: str) -> Bar:
        figures, rounds = self.latency(operation), self.rounds(operation)
        return Bar(figures.p50, figures.p99, min(rounds), max(rounds))

    def used(self) -> dict[str, float]:
        """The part of each resource, on average over the rounds."""
        names = [use.name for use in self.steps[0].uses]
        parts = {name: [use.part for step in self.steps for use in step.uses if use.name == name] for name in names}
        return {name: sum(values) / len(values) for name, values in parts.items()}

    @property
    def errors(self) -> int:
        return sum(step.measured.errors for step in self.steps)


def _setting(part: str) -> tuple[Sequence[str], dict[str, str]]:
    if part in PROFILES:
        return NAMES, PROFILES[part]
    variable, equals, value = part.partition("=")
    service, dot, name = variable.rpartition(".")
    if not equals or not name or (dot and service not in NAMES):
        raise LocalError(
            f"{part} is neither a profile ({', '.join(PROFILES)}) nor a setting such as course.DB_POOL_SIZE=20 or "
            f"CACHE=none. Services are {', '.join(NAMES)}; docs/reference/settings.md lists their settings."
        )
    return [service] if dot else NAMES, {name: value}


def compare(
    a: Annotated[str, typer.Argument(help="A profile or settings: baseline, course.DB_POOL_SIZE=5, CACHE=none, …")],
    b: Annotated[str, typer.Argument(help="What to compare it with.")],
    rounds: Annotated[int, typer.Option(help="How often each of them gets its turn.", min=1, max=5)] = ROUNDS,
    rate: Annotated[float, typer.Option(help="Requests a second, all operations together.", min=1)] = 50,
    duration: Annotated[float, typer.Option(help="Seconds that a turn is measured.", min=1, max=60)] = 12,
    size: Annotated[Size, typer.Option(help="The demonstration data to compare on.")] = Size.full,
    report: Annotated[
        Path | None, typer.Option(help="Folder that gets compare.json, .csv, .html and .svg.", file_okay=False)
    ] = None,
) -> None:
    """Measure two settings in turns, A B A B, and show the latencies of each operation side by side.

    It runs a platform of its own, whose data are kept for the next comparison. Requests are search for frequent and for
    rare words, lists, curricula, sign-ins and /me, at a low and fixed rate, timed from when each was due.
    """
    contest = Contest(Side.parse(a), Side.parse(b), Load(rate, duration))
    os.environ["SEED_SIZE"] = size
    folder = default_state_directory() / f"compare-{size}"
    platform = Platform(folder, Ports.free(), Options(rate_limits="off", seed=size.value))
    try:
        platform.start(step)
        uvloop.run(contest.run(platform, rounds))
    finally:
        platform.stop(step)
    contest.tell()
    if report:
        contest.write(report)


@dataclass
class Contest:
    a: Side
    b: Side
    load: Load

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.a, self.b

    async def run(self, platform: Platform, rounds: int) -> None:
        client = Client(platform.url)
        try:
            with console.status("") as status:
                crowd = await gather_crowd(client, SIZES, lambda what: status.update(f"Preparing: {what} …"))
            for number in range(rounds):
                for side in self.sides:
                    with step(f"Round {number + 1} of {rounds}: {side.name}"):
                        await self._turn(platform, client, crowd, side)
        except Unprepared as error:
            raise LocalError(str(error)) from error
        finally:
            await client.close()

    async def _turn(self, platform: Platform, client: Client, crowd: Crowd, side: Side) -> None:
        """Only those services are started anew that differ between the sides."""
        concerned = self.a.environments.keys() | self.b.environments.keys()
        platform.reconfigure({name: side.environments.get(name, {}) for name in concerned})
        side.steps.append(await measure(client, mix_of(crowd, OPERATIONS), self.load, _places(platform), Goal(P99)))

    def tell(self) -> None:
        console.print()
        console.print(shown(*self._latencies()))
        console.print("Times in ms.\n")
        console.print(shown(*self._resources()))
        for side in self.sides:
            console.print(f"\n[bold]{side.name}[/]: {_verdict(side)}")

    def write(self, folder: Path) -> None:
        title = f"{self.a.name} and {self.b.name} at {self.load.rate:g} requests/s"
        rows = [(name, [side.bar(name) for side in self.sides]) for name in OPERATIONS]
        chart = bars(title, [side.name for side in self.sides], rows)
        reports.write(folder, "compare", title, self.document(), [self._figures(), self._resources()], chart)
        console.print(f"\nReports: {folder / 'compare.html'}; .json, .csv and .svg beside it")

    def document(self) -> dict[str, Any]:
        return {
            "rate": self.load.rate,
            "sides": [
                {
                    "name": side.name,
                    "errors": side.errors,
                    "operations": {
                        name: {**asdict(side.latency(name)), "p99_of_rounds": side.rounds(name)} for name in OPERATIONS
                    },
                    "resources": side.used(),
                    "rounds": [step.document() for step in side.steps],
                }
                for side in self.sides
            ],
        }

    def _latencies(self) -> list[Row]:
        """For the terminal."""
        head = [cell for side in self.sides for cell in (f"{side.name}\np50 / p95 / p99", "p99 of the\nrounds")]
        rows = [
            (name, *(cell for side in self.sides for cell in _cells(side, name)), self._ratio(name))
            for name in OPERATIONS
        ]
        return [("operation", *head, "p99\nratio"), *rows]

    def _ratio(self, operation: str) -> str:
        a, b = (side.latency(operation).p99 for side in self.sides)
        return f"{a / b:.2g}" if b else ""

    def _figures(self) -> list[Row]:
        """For reports: a number a cell."""
        rows = [
            (side.name, operation, *astuple(side.latency(operation)), min(rounds), max(rounds))
            for operation in OPERATIONS
            for side in self.sides
            for rounds in [side.rounds(operation)]
        ]
        head = ("side", "operation", "count", "p50 ms", "p95 ms", "p99 ms", "longest", "lowest p99", "highest p99")
        return [head, *rows]

    def _resources(self) -> list[Row]:
        used = [side.used() for side in self.sides]
        names = sorted(used[0], key=lambda name: -max(parts.get(name, 0.0) for parts in used))
        notable = [name for name in names if max(parts.get(name, 0.0) for parts in used) >= USED_SHOWN]
        rows = [(name, *(f"{parts.get(name, 0.0):.0%}" for parts in used)) for name in notable]
        return [("resource used", *(side.name for side in self.sides)), *rows]


def _places(platform: Platform) -> Places:
    """Processes have other numbers after each start, and services the same addresses."""
    gateway, postgres = platform.children["gateway"].pid, platform.postgres.child
    services: Mapping[str, str] = {name: platform.service_url(name) for name in NAMES}
    return Places(services, {"gateway": gateway} if gateway else {}, postgres.pid if postgres else None)


def _cells(side: Side, operation: str) -> tuple[str, str]:
    figures, rounds = side.latency(operation), side.rounds(operation)
    together = f"{figures.p50:.1f} / {figures.p95:.1f} / {figures.p99:.1f}"
    return together, f"{min(rounds):.1f}–{max(rounds):.1f}"


def _verdict(side: Side) -> str:
    errors = f"{side.errors} errors, the most: {side.steps[-1].missed}" if side.errors else "no errors"
    first = gave_out(side.steps[-1].uses)
    return f"{errors}; {f'{first.name} was used up ({first.detail})' if first else 'nothing was used up'}."
