"""Two platforms of a cluster side by side, measured alternately by their own load tests."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias, cast

from edu_cli import reports
from edu_cli.cluster import build, lifecycle
from edu_cli.errors import LocalError
from edu_cli.reports import Row
from edu_cli.reports.charts import Bar, bars
from edu_cli.ui import console, filled_table, step

Object: TypeAlias = dict[str, Any]

ALL = "all requests"
UNMEASURED = ("loadTest.runToken", "loadTest.thresholds", "seed.runToken", "exposure", "admin")
"""Fields of the spec that do not affect what is measured."""
UNITS = {"s": 1, "m": 60, "h": 3600}
MARGIN_SECONDS = 300.0
"""Seconds that a run may take beyond its duration: pods start, users spawn, the report is read."""


@dataclass
class Variant:
    """One platform, and the results of its load tests."""

    namespace: str
    name: str
    context: str
    runs: list[Object] = field(default_factory=list[Object])

    @classmethod
    def parse(cls, text: str, context: str) -> "Variant":
        namespace, slash, name = text.partition("/")
        if not (namespace and slash and name):
            raise LocalError(f"{text} is not the name of a platform: write namespace/name, such as edu/demo.")
        return cls(namespace, name, context)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    def read(self) -> Object:
        """Return the EduPlatform object."""
        return json.loads(self._kubectl("get", "--output=json"))

    def run(self, token: str, seconds: float) -> None:
        """Run one load test to its end; raise `LocalError` when it takes longer than `seconds`."""
        self._kubectl("patch", "--type=merge", "--patch", json.dumps({"spec": {"loadTest": {"runToken": token}}}))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status = self.read().get("status", {})
            found = status.get("loadTest", {})
            if found.get("token") == token and found["state"] != "Running":
                self._record(found)
                return
            time.sleep(lifecycle.POLL_SECONDS)
        where = f"kubectl -n {self.namespace} describe eduplatform {self.name}"
        raise LocalError(f"{self}: the load test did not end within {seconds:g} s. Look at `{where}`.")

    def _record(self, run: Object) -> None:
        if run["state"] != "Succeeded":
            raise LocalError(f"{self}: the load test {run['state']}: {run.get('message', '')}. Nothing was compared.")
        self.runs.append(run)

    def _kubectl(self, verb: str, *flags: str) -> str:
        context = ("--context", self.context) if self.context else ()
        return build.run("kubectl", *context, "--namespace", self.namespace, verb, "eduplatform", self.name, *flags)

    def operations(self) -> set[str]:
        return {name for run in self.runs for name in run["operations"]}

    def values(self, operation: str, field: str) -> list[float]:
        """Return one value per run that had this operation."""
        found = (run if operation == ALL else run["operations"].get(operation) for run in self.runs)
        return [run[field] for run in found if run]

    def bar(self, operation: str) -> Bar:
        """Return the medians of the runs, and the lowest and highest p99."""
        p50, p99 = self.values(operation, "p50Ms"), self.values(operation, "p99Ms")
        return Bar(median(p50), median(p99), min(p99), max(p99))

    def pools(self) -> dict[str, float]:
        """Return the highest fraction of each service's pool in use, over all runs."""
        found: list[dict[str, float]] = [run.get("poolSaturation", {}) for run in self.runs]
        return {service: max(run.get(service, 0.0) for run in found) for run in found for service in run}


@dataclass
class Comparison:
    """Two platforms whose load tests run alternately."""

    a: Variant
    b: Variant
    differences: list[Row] = field(default_factory=list[Row])
    seconds: float = 0.0

    @property
    def variants(self) -> tuple[Variant, Variant]:
        return self.a, self.b

    def prepare(self) -> None:
        """Find what differs between the two; raise `LocalError` when they cannot be compared."""
        found = {str(variant): variant.read() for variant in self.variants}
        specs = [platform["spec"] for platform in found.values()]
        self.differences = list(differences(*specs))
        if unequal := [str(row[0]) for row in self.differences if str(row[0]).startswith("loadTest.")]:
            raise LocalError(
                f"{self.a} and {self.b} have different load tests: make spec.{unequal[0]} the same in both."
            )
        for name, platform in found.items():
            if not lifecycle.ready(platform):
                raise LocalError(f"{name} is not Ready. {lifecycle.summary(platform)}")
        duration = specs[0]["loadTest"]["duration"]
        self.seconds = int(duration[:-1]) * UNITS[duration[-1]] + MARGIN_SECONDS

    def run(self, rounds: int) -> None:
        stamp = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
        for number in range(1, rounds + 1):
            for variant in self.variants:
                with step(f"Round {number} of {rounds}: {variant}"):
                    variant.run(f"compare-{stamp}-{number}", self.seconds)

    def show(self) -> None:
        console.print()
        for table in (self._differences(), self._latencies(), self._totals()):
            console.print(filled_table(*table))
            console.print()

    def write(self, folder: Path) -> None:
        fields = ", ".join(str(row[0]) for row in self.differences) or "nothing"
        title = f"{self.a} and {self.b}, which differ in {fields}"
        rows = [(name, [variant.bar(name) for variant in self.variants]) for name in self._operations()]
        chart = bars(title, [str(variant) for variant in self.variants], rows)
        document = {
            "differences": [dict(zip(("field", "a", "b"), row, strict=True)) for row in self.differences],
            "variants": [{"name": str(variant), "runs": variant.runs} for variant in self.variants],
        }
        tables = [self._results(), self._totals(), self._differences()]
        reports.write(folder, "compare", title, document, tables, chart)
        console.print(f"Reports: {folder / 'compare.html'}; .json, .csv and .svg beside it")

    def _operations(self) -> list[str]:
        """Return the operations that both ran, all requests together first."""
        return [ALL, *sorted(self.a.operations() & self.b.operations())]

    def _differences(self) -> list[Row]:
        rows = self.differences or [("nothing", "", "")]
        return [("what differs in spec", *self.variants), *rows]

    def _latencies(self) -> list[Row]:
        """Return the table for the terminal."""
        head = [cell for variant in self.variants for cell in (f"{variant}\np50 / p99 ms", "p99 of\nthe runs")]
        rows: list[Row] = []
        for name in self._operations():
            a, b = (variant.bar(name) for variant in self.variants)
            cells = [cell for bar in (a, b) for cell in (f"{bar.p50:g} / {bar.p99:g}", f"{bar.low:g}–{bar.high:g}")]
            rows.append((name, *cells, f"{a.p99 / b.p99:.2g}" if b.p99 else ""))
        return [("operation", *head, "p99\nratio"), *rows]

    def _results(self) -> list[Row]:
        """Return the table for reports, one number per cell."""
        head = ("variant", "operation", "p50 ms", "p99 ms", "lowest p99", "highest p99")
        bars = [(variant, name, variant.bar(name)) for name in self._operations() for variant in self.variants]
        return [head, *((variant, name, bar.p50, bar.p99, bar.low, bar.high) for variant, name, bar in bars)]

    def _totals(self) -> list[Row]:
        rates = [f"{median(variant.values(ALL, 'rps')):.1f}" for variant in self.variants]
        errors = [
            f"{sum(variant.values(ALL, 'errors'))} of {sum(variant.values(ALL, 'requests'))}"
            for variant in self.variants
        ]
        pools = [variant.pools() for variant in self.variants]
        services = sorted(pools[0].keys() & pools[1].keys())
        used = [(f"{name}'s pool at its busiest", *(f"{part[name]:.0%}" for part in pools)) for name in services]
        return [("all runs", *self.variants), ("requests/s", *rates), ("errors", *errors), *used]


def differences(a: object, b: object, path: str = "") -> Iterator[Row]:
    """Yield the fields that differ between two specs, with both values; the API server has filled in all defaults."""
    if a == b or path in UNMEASURED:
        return
    if isinstance(a, dict) and isinstance(b, dict):
        fields, others = cast("Object", a), cast("Object", b)
        for name in sorted(fields.keys() | others.keys()):
            yield from differences(fields.get(name), others.get(name), f"{path}.{name}" if path else name)
    else:
        yield path, a, b
