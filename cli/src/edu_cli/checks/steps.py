"""The steps of `edu test`: style, layers, types, and all tests."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

from edu_cli.checks import web_tests
from edu_cli.checks.outcomes import Outcome, counts, report_path
from edu_cli.checks.sources import check_sources
from edu_cli.devserver.state import PROJECT, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console
from edu_topology import SERVICES

CLUSTER_TESTS = "tests/cluster"
TEST_FOLDERS = ("libs/common", "seed-job", "loadtest", "cli", "operator", "tests")


def only_pytest(arguments: list[str]) -> Iterator[Outcome]:
    """Run only pytest, with these arguments."""
    yield _pytest("pytest", sys.executable, arguments)


def everything(*, cluster: bool) -> Iterator[Outcome]:
    """Run every step; yield each outcome as it is known."""
    build = web_tests.prepare_build()  # tests/abuse uses its packages as well
    yield from check_sources(build)
    yield web_tests.logic(build)
    for name in SERVICES:
        yield _service(name)
    folders = [folder for folder in TEST_FOLDERS if (PROJECT / folder).exists()]
    spread = ["-n", "2", "--dist", "loadgroup", f"--ignore={CLUSTER_TESTS}"]
    yield _pytest("everything else", sys.executable, [*folders, *spread])
    yield from web_tests.pages(build)
    if _can_use_cluster(cluster):
        os.environ["EDU_CLUSTER_TESTS"] = "1"
        # These tests share one platform and depend on their order, so they run in one process.
        yield _pytest("cluster", sys.executable, [CLUSTER_TESTS])


def _can_use_cluster(wanted: bool) -> bool:
    """Return whether the tests on a cluster can run; print why not."""
    missing = [tool for tool in ("docker", "kind", "kubectl", "helm") if not shutil.which(tool)]
    if wanted and not missing and _docker_responds():
        return True
    reason = f"{' and '.join(missing)} not found" if missing else "the docker daemon does not respond"
    reason = reason if wanted else "--no-cluster"
    console.print(f"Tests on a cluster are skipped: {reason}.")
    return False


def _docker_responds() -> bool:
    done = subprocess.run(["docker", "version"], capture_output=True, check=False)
    return done.returncode == 0


def _service(name: str) -> Outcome:
    """Run a service's tests with only its declared dependencies, so that none is missing from its image."""
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
    """Return the path of the uv that ./edu found or installed."""
    uv = os.environ.get("EDU_UV") or shutil.which("uv")
    if uv is None:
        raise LocalError("uv was not found. Run the tests by ./edu test, which brings it.")
    return uv


def _pytest(name: str, python: str, arguments: list[str]) -> Outcome:
    """Run pytest and show its output as it arrives; an error outside any test counts as a failure."""
    console.rule(name, align="left")
    report = report_path(name)
    started = time.monotonic()
    done = subprocess.run([python, "-m", "pytest", f"--junitxml={report}", *arguments], cwd=PROJECT, check=False)
    passed, failed, skipped = counts(report)
    if done.returncode and not failed:
        failed = 1
    return Outcome(name, time.monotonic() - started, passed, failed, skipped)
