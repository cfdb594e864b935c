"""`cluster compare`: two platforms of a cluster side by side, by their own load tests in turns."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any, TypeAlias, cast

import typer

from edu_cli.cluster import build, lifecycle
from edu_cli.errors import LocalError
from edu_cli.ui import console, shown, step
from edu_loadtest.open_loop import reports
from edu_loadtest.open_loop.charts import Bar, bars
from edu_loadtest.open_loop.reports import Row

Object: TypeAlias = dict[str, Any]

ALL = "all requests"
FREE = ("loadTest.runToken", "loadTest.thresholds", "seed.runToken", "exposure", "admin")
"""Fields of the spec that make no difference to what is measured."""
UNITS = {"s": 1, "m": 60, "h": 3600}
BEYOND_SECONDS = 300.0
"""How long a run may take beyond its duration: pods that start, users that come, a report that is read."""
ROUNDS = 3


@dataclass
class Side:
    """One platform, and what its load tests found."""

    namespace: str
    name: str
    context: str
    runs: list[Object] = field(default_factory=list[Object])

    @classmethod
    def parse(cls, text: str, context: str) -> "Side":
        namespace, slash, name = text.partition("/")
        if not (namespace and slash and name):
            raise LocalError(f"{text} names no platform: write namespace/name, such as edu/demo.")
        return cls(namespace, name, context)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    def read(self) -> Object:
        return json.loads(self._kubectl("get", "--output=json"))

    def run(self, token: str, seconds: float) -> None:
        """One load test from its start to its end; `seconds` is how long it may take."""
        self._kubectl("patch", "--type=merge", "--patch", json.dumps({"spec": {"loadTest": {"runToken": token}}}))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status = self.read().get("status", {})
            found = status.get("loadTest", {})
            if found.get("token") == token and found["state"] != "Running":
                self._take(found)
                return
            time.sleep(lifecycle.POLL_SECONDS)
        where = f"kubectl -n {self.namespace} describe eduplatform {self.name}"
        raise LocalError(f"{self}: the load test did not end within {seconds:g} s. Look at `{where}`.")

    def _take(self, run: Object) -> None:
        if run["state"] != "Succeeded":
            raise LocalError(f"{self}: the load test {run['state']}: {run.get('message', '')}. Nothing was compared.")
        self.runs.append(run)

    def _kubectl(self, verb: str, *flags: str) -> str:
        context = ("--context", self.context) if self.context else ()
        return build.run("kubectl", *context, "--namespace", self.namespace, verb, "eduplatform", self.name, *flags)

    def operations(self) -> set[str]:
        return {name for run in self.runs for name in run["operations"]}

    def figures(self, operation: str, figure: str) -> list[float]:
        """One of each run in which this was asked."""
        found = (run if operation == ALL else run["operations"].get(operation) for run in self.runs)
        return [run[figure] for run in found if run]

    def bar(self, operation: str) -> Bar:
        """The median run, and the best and the worst."""
        p50, p99 = self.figures(operation, "p50Ms"), self.figures(operation, "p99Ms")
        return Bar(median(p50), median(p99), min(p99), max(p99))

    def pools(self) -> dict[str, float]:
        """The part of each service's pool that was in use at the busiest moment of all runs."""
        found: list[dict[str, float]] = [run.get("poolSaturation", {}) for run in self.runs]
        return {service: max(run.get(service, 0.0) for run in found) for run in found for service in run}


def compare(
    a: Annotated[str, typer.Argument(help="A platform, as namespace/name.")],
    b: Annotated[str, typer.Argument(help="The one to compare it with.")],
    rounds: Annotated[int, typer.Option(help="How often each of them gets its turn.", min=1, max=10)] = ROUNDS,
    context: Annotated[str, typer.Option(help="kubectl's context; its current one when left out.")] = "",
    report: Annotated[
        Path | None, typer.Option(help="Folder that gets compare.json, .csv, .html and .svg.", file_okay=False)
    ] = None,
) -> None:
    """Run the load tests of two platforms in turns, A B A B, and show what they found side by side.

    Both are EduPlatform objects that differ in what shall be compared, with the same spec.loadTest and the same data.
    """
    if a == b:
        raise LocalError(f"Both are {a}: name two platforms. One alone is measured by its spec.loadTest.runToken.")
    contest = Contest(Side.parse(a, context), Side.parse(b, context))
    contest.prepare()
    contest.run(rounds)
    contest.tell()
    if report:
        contest.write(report)


@dataclass
class Contest:
    a: Side
    b: Side
    differences: list[Row] = field(default_factory=list[Row])
    seconds: float = 0.0

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.a, self.b

    def prepare(self) -> None:
        """What differs between the two; refuses what could not be compared."""
        found = {str(side): side.read() for side in self.sides}
        specs = [platform["spec"] for platform in found.values()]
        self.differences = list(differences(*specs))
        if unequal := [str(row[0]) for row in self.differences if str(row[0]).startswith("loadTest.")]:
            raise LocalError(f"{self.a} and {self.b} are loaded differently: make spec.{unequal[0]} the same in both.")
        for name, platform in found.items():
            if not lifecycle.ready(platform):
                raise LocalError(f"{name} is not Ready. {lifecycle.said(platform)}")
        duration = specs[0]["loadTest"]["duration"]
        self.seconds = int(duration[:-1]) * UNITS[duration[-1]] + BEYOND_SECONDS

    def run(self, rounds: int) -> None:
        stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
        for number in range(1, rounds + 1):
            for side in self.sides:
                with step(f"Round {number} of {rounds}: {side}"):
                    side.run(f"compare-{stamp}-{number}", self.seconds)

    def tell(self) -> None:
        console.print()
        for table in (self._differences(), self._latencies(), self._totals()):
            console.print(shown(*table))
            console.print()

    def write(self, folder: Path) -> None:
        fields = ", ".join(str(row[0]) for row in self.differences) or "nothing"
        title = f"{self.a} and {self.b}, which differ in {fields}"
        rows = [(name, [side.bar(name) for side in self.sides]) for name in self._operations()]
        chart = bars(title, [str(side) for side in self.sides], rows)
        document = {
            "differences": [dict(zip(("field", "a", "b"), row, strict=True)) for row in self.differences],
            "sides": [{"name": str(side), "runs": side.runs} for side in self.sides],
        }
        tables = [self._figures(), self._totals(), self._differences()]
        reports.write(folder, "compare", title, document, tables, chart)
        console.print(f"Reports: {folder / 'compare.html'}; .json, .csv and .svg beside it")

    def _operations(self) -> list[str]:
        """What both were asked, and first of all everything together."""
        return [ALL, *sorted(self.a.operations() & self.b.operations())]

    def _differences(self) -> list[Row]:
        rows = self.differences or [("nothing", "", "")]
        return [("what differs in spec", *self.sides), *rows]

    def _latencies(self) -> list[Row]:
        """For the terminal."""
        head = [cell for side in self.sides for cell in (f"{side}\np50 / p99 ms", "p99 of\nthe runs")]
        rows: list[Row] = []
        for name in self._operations():
            a, b = (side.bar(name) for side in self.sides)
            cells = [cell for bar in (a, b) for cell in (f"{bar.p50:g} / {bar.p99:g}", f"{bar.low:g}–{bar.high:g}")]
            rows.append((name, *cells, f"{a.p99 / b.p99:.2g}" if b.p99 else ""))
        return [("operation", *head, "p99\nratio"), *rows]

    def _figures(self) -> list[Row]:
        """For reports: a number a cell."""
        head = ("side", "operation", "p50 ms", "p99 ms", "lowest p99", "highest p99")
        bars = [(side, name, side.bar(name)) for name in self._operations() for side in self.sides]
        return [head, *((side, name, bar.p50, bar.p99, bar.low, bar.high) for side, name, bar in bars)]

    def _totals(self) -> list[Row]:
        rates = [f"{median(side.figures(ALL, 'rps')):.1f}" for side in self.sides]
        errors = [f"{sum(side.figures(ALL, 'errors'))} of {sum(side.figures(ALL, 'requests'))}" for side in self.sides]
        pools = [side.pools() for side in self.sides]
        services = sorted(pools[0].keys() & pools[1].keys())
        used = [(f"{name}'s pool at its busiest", *(f"{part[name]:.0%}" for part in pools)) for name in services]
        return [("all runs", *self.sides), ("requests/s", *rates), ("errors", *errors), *used]


def differences(a: object, b: object, path: str = "") -> Iterator[Row]:
    """Fields, with their values, that two specs do not have in common; the API server has filled in all defaults."""
    if a == b or path in FREE:
        return
    if isinstance(a, dict) and isinstance(b, dict):
        fields, others = cast("Object", a), cast("Object", b)
        for name in sorted(fields.keys() | others.keys()):
            yield from differences(fields.get(name), others.get(name), f"{path}.{name}" if path else name)
    else:
        yield path, a, b
