"""Two variants of the platform measured in turns, A B A B, on the same machine with the same requests."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from edu_cli import reports
from edu_cli.bench.capacity import CapacitySearch
from edu_cli.bench.target import Target
from edu_cli.reports import Row
from edu_cli.reports.charts import Bar, bars
from edu_cli.ui import console, filled_table
from edu_loadtest.open_loop.capacity import RateSearch
from edu_loadtest.open_loop.client import Client
from edu_loadtest.open_loop.driver import Arrivals, Load
from edu_loadtest.open_loop.observe import cpu_seconds
from edu_loadtest.open_loop.resources import bottleneck
from edu_loadtest.open_loop.results import Latency, latency
from edu_loadtest.open_loop.steps import Goal, Step, measure
from edu_loadtest.request import Request
from edu_loadtest.sampling import rng

GOAL = Goal(p99=200)
SHOWN_FRACTION = 0.3
CAPACITY_SECONDS = 8.0


@dataclass(frozen=True)
class Round:
    """The measurements of one round of a variant."""

    step: Step
    cpu_ms: float
    """CPU time of all the platform's processes per request, in ms."""
    capacity: float | None = None
    """Requests per second, when it was measured."""


@dataclass
class Variant:
    """One of two platforms, builds or settings that are compared, and its rounds."""

    name: str
    rounds: list[Round] = field(default_factory=list[Round])

    def latency(self, operation: str) -> Latency:
        """Return the latency over all rounds together."""
        seconds = (turn.step.measured.results.seconds.get(operation, ()) for turn in self.rounds)
        return latency(value for values in seconds for value in values)

    def by_round(self, operation: str) -> list[Latency]:
        """Return the latency of each round."""
        return [latency(turn.step.measured.results.seconds.get(operation, ())) for turn in self.rounds]

    def bar(self, operation: str) -> Bar:
        """Return p50 and p99 of all rounds, and the lowest and highest p99."""
        total, p99 = self.latency(operation), [each.p99 for each in self.by_round(operation)]
        return Bar(total.p50, total.p99, min(p99), max(p99))

    def usage(self) -> dict[str, float]:
        """Return the fraction of each resource in use, averaged over the rounds."""
        found: dict[str, list[float]] = {}
        for turn in self.rounds:
            for resource in turn.step.resources:
                found.setdefault(resource.name, []).append(resource.fraction)
        return {name: sum(fractions) / len(fractions) for name, fractions in found.items()}

    @property
    def operations(self) -> set[str]:
        return {name for turn in self.rounds for name in turn.step.measured.results.seconds}

    @property
    def errors(self) -> int:
        return sum(turn.step.measured.errors for turn in self.rounds)

    def document(self) -> dict[str, Any]:
        """Return the results as JSON-serialisable values."""
        return {
            "name": self.name,
            "errors": self.errors,
            "cpu_ms_per_request": [turn.cpu_ms for turn in self.rounds],
            "capacity": [turn.capacity for turn in self.rounds],
            "operations": {
                name: {
                    **asdict(self.latency(name)),
                    "p50_of_rounds": [each.p50 for each in self.by_round(name)],
                    "p99_of_rounds": [each.p99 for each in self.by_round(name)],
                }
                for name in sorted(self.operations)
            },
            "resources": self.usage(),
            "rounds": [turn.step.document() for turn in self.rounds],
        }


@dataclass
class Comparison:
    """The results of two variants, side by side. Ratios are B / A, the median of the rounds' ratios."""

    a: Variant
    b: Variant
    load: Load

    def show(self) -> None:
        """Print latencies, CPU time, capacity and saturated resources."""
        console.print()
        console.print(filled_table(*self._latencies()))
        console.print(f"Medians of {len(self.a.rounds)} rounds, in ms. A is {self.a.name}, B is {self.b.name}.\n")
        console.print(filled_table(*self._totals()))
        console.print()
        console.print(filled_table(*self._resources()))
        for variant in (self.a, self.b):
            console.print(f"\n[bold]{variant.name}[/]: {_verdict(variant)}")

    def write(self, folder: Path) -> None:
        """Write the reports."""
        title = f"{self.a.name} and {self.b.name} at {self.load.rate:g} requests/s"
        rows = [(name, [self.a.bar(name), self.b.bar(name)]) for name in self._operations()]
        chart = bars(title, [self.a.name, self.b.name], rows)
        tables = [self._results(), self._latencies(), self._totals(), self._resources()]
        reports.write(folder, "compare", title, self.document(), tables, chart)
        console.print(f"\nReports: {folder / 'compare.html'}; .json, .csv and .svg beside it")

    def document(self) -> dict[str, Any]:
        """Return the results as JSON-serialisable values."""
        return {
            "rate": self.load.rate,
            "variants": [self.a.document(), self.b.document()],
            "ratios": {
                "cpu_ms_per_request": median(_ratios(_cpu(self.a), _cpu(self.b))),
                "operations": {
                    name: {
                        "p50": median(_ratios(_p50(self.a, name), _p50(self.b, name))),
                        "p99": median(_ratios(_p99(self.a, name), _p99(self.b, name))),
                    }
                    for name in self._operations()
                },
            },
        }

    def _operations(self) -> list[str]:
        return sorted(self.a.operations & self.b.operations)

    def _latencies(self) -> list[Row]:
        """Return the table for the terminal: medians of the rounds, in ms; the spread is in the reports."""
        rows: list[Row] = []
        for name in self._operations():
            cells: list[str] = []
            for of_rounds in (_p50, _p99):
                a, b = of_rounds(self.a, name), of_rounds(self.b, name)
                cells += [f"{median(a):.1f}", f"{median(b):.1f}", f"{median(_ratios(a, b)):.2f}"]
            rows.append((name, *cells))
        head = [f"{percentile}\n{column}" for percentile in ("p50", "p99") for column in ("A", "B", "B / A")]
        return [("operation", *head), *rows]

    def _totals(self) -> list[Row]:
        rows: list[Row] = [("CPU ms per request", *_compared(_cpu(self.a), _cpu(self.b)))]
        a, b = _capacities(self.a), _capacities(self.b)
        if a and b:
            rows.append(("capacity, requests/s", *_compared(a, b)))
        return [("all operations", self.a.name, self.b.name, "B / A"), *rows]

    def _results(self) -> list[Row]:
        """Return the table for spreadsheets, one number per cell."""
        rows = [
            (variant.name, name, *astuple(variant.latency(name)), min(p50), max(p50), min(p99), max(p99))
            for name in self._operations()
            for variant in (self.a, self.b)
            for p50, p99 in [(_p50(variant, name), _p99(variant, name))]
        ]
        percentiles = ("count", "p50 ms", "p95 ms", "p99 ms", "max")
        spread = ("lowest p50", "highest p50", "lowest p99", "highest p99")
        return [("variant", "operation", *percentiles, *spread), *rows]

    def _resources(self) -> list[Row]:
        usage = [self.a.usage(), self.b.usage()]
        highest = {name: max(each.get(name, 0.0) for each in usage) for name in usage[0] | usage[1]}
        shown = sorted((name for name in highest if highest[name] >= SHOWN_FRACTION), key=lambda name: -highest[name])
        rows = [(name, *(f"{each.get(name, 0.0):.0%}" for each in usage)) for name in shown]
        return [("resource used", self.a.name, self.b.name), *rows]


async def measure_round(
    client: Client, requests: Iterator[Request], load: Load, target: Target, pids: list[int], seed: int
) -> Round:
    """Measure a load; the same `seed` gives the same requests at the same times."""
    sent = 0

    def counted() -> Iterator[Request]:
        nonlocal sent
        for request in requests:
            sent += 1
            yield request

    rng.seed(seed)
    before = cpu_seconds(pids)
    step = await measure(client, counted(), load, target.observed, GOAL)
    return Round(step, round((cpu_seconds(pids) - before) * 1000 / max(sent, 1), 3))


async def measure_capacity(target: Target, weights: Mapping[str, float] | None) -> float:
    """Return a platform's capacity in requests per second, p99 below 200 ms."""
    search = CapacitySearch(target, GOAL, weights, CAPACITY_SECONDS, Arrivals.poisson)
    await search.run(RateSearch(start=50))
    return search.capacity


def _p50(variant: Variant, operation: str) -> list[float]:
    return [each.p50 for each in variant.by_round(operation)]


def _p99(variant: Variant, operation: str) -> list[float]:
    return [each.p99 for each in variant.by_round(operation)]


def _cpu(variant: Variant) -> list[float]:
    return [turn.cpu_ms for turn in variant.rounds]


def _capacities(variant: Variant) -> list[float]:
    return [turn.capacity for turn in variant.rounds if turn.capacity]


def _compared(a: list[float], b: list[float]) -> tuple[str, str, str]:
    return _spread(a), _spread(b), _spread(_ratios(a, b), 2)


def _ratios(a: list[float], b: list[float]) -> list[float]:
    """Return B / A of each round."""
    return [after / before if before else 0.0 for before, after in zip(a, b, strict=False)]


def _spread(values: list[float], digits: int = 1) -> str:
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _verdict(variant: Variant) -> str:
    last = variant.rounds[-1].step
    errors = f"{variant.errors} errors, most of them: {last.violation}" if variant.errors else "no errors"
    resource = bottleneck(last.resources)
    return f"{errors}; {f'{resource.name} was saturated ({resource.detail})' if resource else 'nothing was saturated'}."
