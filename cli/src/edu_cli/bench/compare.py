"""Two settings or profiles measured in turns on the same machine and the same data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any

from edu_cli.devserver.platform import BASELINE, Platform
from edu_cli.errors import LocalError
from edu_cli.ui import console, filled_table, step
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
from edu_topology import SERVICES

PROFILES: dict[str, dict[str, str]] = {"standard": {}, "baseline": BASELINE}
OPERATIONS = {"search_frequent": 2.0, "search_rare": 2.0, "list": 2.0, "curriculum": 2.0, "me": 1.0, "login": 1.0}
SIZES = Sizes(students=40, teachers=0)
P99 = 200.0
USED_SHOWN = 0.3
ROUNDS = 3


@dataclass
class Variant:
    """A setting or a profile: variables for each service, and what was measured with them."""

    name: str
    environments: dict[str, dict[str, str]]
    steps: list[Step] = field(default_factory=list[Step])

    @classmethod
    def parse(cls, text: str) -> "Variant":
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
        return SERVICES, PROFILES[part]
    variable, equals, value = part.partition("=")
    service, dot, name = variable.rpartition(".")
    if not equals or not name or (dot and service not in SERVICES):
        raise LocalError(
            f"{part} is neither a profile ({', '.join(PROFILES)}) nor a setting such as course.DB_POOL_SIZE=20 or "
            f"CACHE=none. Services are {', '.join(SERVICES)}; docs/reference/settings.md lists their settings."
        )
    return [service] if dot else SERVICES, {name: value}


@dataclass
class Comparison:
    """Two variants of one platform, measured in turns: A B A B."""

    a: Variant
    b: Variant
    load: Load

    @property
    def variants(self) -> tuple[Variant, Variant]:
        return self.a, self.b

    async def run(self, platform: Platform, rounds: int) -> None:
        client = Client(platform.url)
        try:
            with console.status("") as status:
                crowd = await gather_crowd(client, SIZES, lambda what: status.update(f"Preparing: {what} …"))
            for number in range(rounds):
                for variant in self.variants:
                    with step(f"Round {number + 1} of {rounds}: {variant.name}"):
                        await self._turn(platform, client, crowd, variant)
        except Unprepared as error:
            raise LocalError(str(error)) from error
        finally:
            await client.close()

    async def _turn(self, platform: Platform, client: Client, crowd: Crowd, variant: Variant) -> None:
        """Only those services are started anew that differ between the variants."""
        concerned = self.a.environments.keys() | self.b.environments.keys()
        platform.reconfigure({name: variant.environments.get(name, {}) for name in concerned})
        variant.steps.append(await measure(client, mix_of(crowd, OPERATIONS), self.load, _places(platform), Goal(P99)))

    def show(self) -> None:
        console.print()
        console.print(filled_table(*self._latencies()))
        console.print("Times in ms.\n")
        console.print(filled_table(*self._resources()))
        for variant in self.variants:
            console.print(f"\n[bold]{variant.name}[/]: {_verdict(variant)}")

    def write(self, folder: Path) -> None:
        title = f"{self.a.name} and {self.b.name} at {self.load.rate:g} requests/s"
        rows = [(name, [variant.bar(name) for variant in self.variants]) for name in OPERATIONS]
        chart = bars(title, [variant.name for variant in self.variants], rows)
        reports.write(folder, "compare", title, self.document(), [self._figures(), self._resources()], chart)
        console.print(f"\nReports: {folder / 'compare.html'}; .json, .csv and .svg beside it")

    def document(self) -> dict[str, Any]:
        return {
            "rate": self.load.rate,
            "variants": [
                {
                    "name": variant.name,
                    "errors": variant.errors,
                    "operations": {
                        name: {**asdict(variant.latency(name)), "p99_of_rounds": variant.rounds(name)}
                        for name in OPERATIONS
                    },
                    "resources": variant.used(),
                    "rounds": [step.document() for step in variant.steps],
                }
                for variant in self.variants
            ],
        }

    def _latencies(self) -> list[Row]:
        """For the terminal."""
        head = [
            cell for variant in self.variants for cell in (f"{variant.name}\np50 / p95 / p99", "p99 of the\nrounds")
        ]
        rows = [
            (name, *(cell for variant in self.variants for cell in _cells(variant, name)), self._ratio(name))
            for name in OPERATIONS
        ]
        return [("operation", *head, "p99\nratio"), *rows]

    def _ratio(self, operation: str) -> str:
        a, b = (variant.latency(operation).p99 for variant in self.variants)
        return f"{a / b:.2g}" if b else ""

    def _figures(self) -> list[Row]:
        """For reports: a number a cell."""
        rows = [
            (variant.name, operation, *astuple(variant.latency(operation)), min(rounds), max(rounds))
            for operation in OPERATIONS
            for variant in self.variants
            for rounds in [variant.rounds(operation)]
        ]
        head = ("variant", "operation", "count", "p50 ms", "p95 ms", "p99 ms", "longest", "lowest p99", "highest p99")
        return [head, *rows]

    def _resources(self) -> list[Row]:
        used = [variant.used() for variant in self.variants]
        names = sorted(used[0], key=lambda name: -max(parts.get(name, 0.0) for parts in used))
        notable = [name for name in names if max(parts.get(name, 0.0) for parts in used) >= USED_SHOWN]
        rows = [(name, *(f"{parts.get(name, 0.0):.0%}" for parts in used)) for name in notable]
        return [("resource used", *(variant.name for variant in self.variants)), *rows]


def _places(platform: Platform) -> Places:
    """Processes have other numbers after each start, and services the same addresses."""
    gateway, postgres = platform.children["gateway"].pid, platform.postgres.child
    services: Mapping[str, str] = {name: platform.service_url(name) for name in SERVICES}
    return Places(services, {"gateway": gateway} if gateway else {}, postgres.pid if postgres else None)


def _cells(variant: Variant, operation: str) -> tuple[str, str]:
    figures, rounds = variant.latency(operation), variant.rounds(operation)
    together = f"{figures.p50:.1f} / {figures.p95:.1f} / {figures.p99:.1f}"
    return together, f"{min(rounds):.1f}–{max(rounds):.1f}"


def _verdict(variant: Variant) -> str:
    errors = f"{variant.errors} errors, the most: {variant.steps[-1].missed}" if variant.errors else "no errors"
    first = gave_out(variant.steps[-1].uses)
    return f"{errors}; {f'{first.name} was used up ({first.detail})' if first else 'nothing was used up'}."
