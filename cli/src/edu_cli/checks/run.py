"""`test`: everything that tells whether the project is right, in one command."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from edu_cli.checks import web_tests
from edu_cli.checks.outcomes import Outcome, counts, report_path
from edu_cli.devserver.processes import module
from edu_cli.devserver.services import NAMES
from edu_cli.devserver.state import PROJECT, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, table

CLUSTER_TESTS = "tests/cluster"
TEST_FOLDERS = ("libs/common", "seed-job", "loadtest", "cli", "operator", "tests")


def run_tests(
    context: typer.Context,
    cluster: Annotated[
        bool, typer.Option("--cluster/--no-cluster", help="Also the tests on a Kubernetes cluster of kind.")
    ] = True,
) -> None:
    """Run every check: style, layers, types, and all tests.

    Each service's tests run in an environment that holds only what that service declares. Those of the web pages run
    in a browser when there is a Chromium, those on a cluster when docker and kind are there. What follows goes to
    pytest, and then only pytest runs:

        ./edu test services/course -k search
    """
    outcomes: list[Outcome] = []
    for outcome in _only_pytest(context.args) if context.args else _everything(cluster):
        outcomes.append(outcome)
        mark = "[red]✗[/]" if outcome.failed else "[green]✓[/]"
        console.print(f"{mark} {outcome.name} [dim]{outcome.seconds:.1f} s[/]\n")
    _summarise(outcomes)
    if any(outcome.failed for outcome in outcomes):
        raise typer.Exit(1)


def _only_pytest(arguments: list[str]) -> Iterator[Outcome]:
    yield _pytest("pytest", sys.executable, arguments)


def _everything(cluster: bool) -> Iterator[Outcome]:
    yield _check("ruff check", "ruff", "check", ".")
    yield _check("ruff format", "ruff", "format", "--check", ".")
    yield _check("layers", str(Path(sys.executable).with_name("lint-imports")))
    yield _check("types", "pyright")
    for name in NAMES:
        yield _service(name)
    yield from web_tests.sources()  # installs packages that tests/abuse uses, too
    folders = [folder for folder in TEST_FOLDERS if (PROJECT / folder).exists()]
    spread = ["-n", "2", "--dist", "loadgroup", f"--ignore={CLUSTER_TESTS}"]
    yield _pytest("everything else", sys.executable, [*folders, *spread])
    yield from web_tests.pages()
    if _cluster_is_there(cluster):
        os.environ["EDU_CLUSTER_TESTS"] = "1"
        yield _pytest("cluster", sys.executable, [CLUSTER_TESTS])


def _cluster_is_there(wanted: bool) -> bool:
    """Its tests share one platform and have an order, so that they run in one process."""
    missing = [tool for tool in ("docker", "kind", "kubectl", "helm") if not shutil.which(tool)]
    if wanted and not missing and _docker_answers():
        return True
    reason = f"{' and '.join(missing)} not found" if missing else "no docker daemon answers"
    reason = reason if wanted else "--no-cluster"
    console.print(f"Tests on a cluster are left out: {reason}.")
    return False


def _docker_answers() -> bool:
    asked = subprocess.run(["docker", "version"], capture_output=True, check=False)
    return asked.returncode == 0


def _check(name: str, tool: str, *arguments: str) -> Outcome:
    """A tool that judges the source; its output is shown when it complains."""
    command = [tool, *arguments] if os.sep in tool else module(tool, *arguments)
    started = time.monotonic()
    with console.status(name):
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        console.out(done.stdout + done.stderr, highlight=False)
    good = done.returncode == 0
    return Outcome(name, time.monotonic() - started, passed=int(good), failed=int(not good))


def _service(name: str) -> Outcome:
    """A service's tests with its own dependencies only, so that it leans on no neighbour's."""
    environment = default_state_directory() / "envs" / name
    with console.status(f"environment of {name}"):
        done = subprocess.run(
            [_uv(), "sync", "--quiet", "--frozen", "--package", f"edu-{name}", "--group", "test"],
            cwd=PROJECT,
            env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON": sys.executable},
            check=False,
        )
    if done.returncode:
        return Outcome(f"{name} in its own environment", 0, passed=0, failed=1)
    python = str(environment / "bin" / "python")
    return _pytest(f"{name} in its own environment", python, [f"services/{name}/tests", "-n", "2"])


def _uv() -> str:
    """The uv that ./edu found or got."""
    uv = os.environ.get("EDU_UV") or shutil.which("uv")
    if uv is None:
        raise LocalError("uv was not found. Run the tests by ./edu test, which brings it.")
    return uv


def _pytest(name: str, python: str, arguments: list[str]) -> Outcome:
    """Run pytest, showing its output as it comes; an error outside of any test counts as a failure."""
    console.rule(name, align="left")
    report = report_path(name)
    started = time.monotonic()
    done = subprocess.run([python, "-m", "pytest", f"--junitxml={report}", *arguments], cwd=PROJECT, check=False)
    passed, failed, skipped = counts(report)
    if done.returncode and not failed:
        failed = 1
    return Outcome(name, time.monotonic() - started, passed, failed, skipped)


def _summarise(outcomes: list[Outcome]) -> None:
    rows = table("step", "passed", "failed", "skipped", "seconds", title="Summary")
    for outcome in outcomes:
        counts = (str(outcome.passed), str(outcome.failed), str(outcome.skipped))
        style = "red" if outcome.failed else ""
        rows.add_row(outcome.name, *counts, f"{outcome.seconds:.1f}", style=style)
    console.print(rows)
    skipped = sum(outcome.skipped for outcome in outcomes)
    console.print(
        f"\n{sum(outcome.passed for outcome in outcomes)} passed, "
        f"{sum(outcome.failed for outcome in outcomes)} failed" + (f", {skipped} skipped" if skipped else "")
    )
