"""The front end's steps of `edu test`: its sources, and its pages in a real browser on a real platform."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from edu_cli.checks.outcomes import Outcome, counts, report_path
from edu_cli.devserver.frontend import SOURCE, FrontendBuild
from edu_cli.devserver.platform import Options
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.devserver.testing import temporary_platform
from edu_cli.ui import console, step

BROWSERS = ("/usr/bin/chromium", "/usr/bin/google-chrome")
SCRIPTS = ("lint", "format:check", "typecheck")
PLATFORM = Options(rate_limits="off", seed="small", durable=False, frontend=True)


def sources() -> Iterator[Outcome]:
    """Check style and types, and run the tests of the front end's logic."""
    build = _build()
    build.install_packages()
    for script in SCRIPTS:
        yield _script(build, script)
    yield _tests(build, "test", {}, ["--reporter=default", "--reporter=junit"])


def pages() -> Iterator[Outcome]:
    """Run the tests in a browser, on a separate platform; print why not where there is no browser."""
    browser = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), None) or shutil.which("chromium")
    if browser is None:
        console.print("Tests in a browser are skipped: no Chromium was found. Install it, or set CHROMIUM=/path.")
        return
    console.rule("browser", align="left")
    with temporary_platform(PLATFORM) as platform:
        environment = {"EDU_URL": platform.url, "EDU_STATE": str(platform.state.root), "CHROMIUM": browser}
        yield _tests(_build(), "test:browser", environment, [])


def _build() -> FrontendBuild:
    state = State(default_state_directory())
    state.prepare()
    return FrontendBuild(state, step)


def _script(build: FrontendBuild, script: str) -> Outcome:
    """Run a script that checks the sources; print its output when it fails."""
    started = time.monotonic()
    command = [*build.node.npm, "run", "--silent", script]
    with console.status(f"front end: {script}"):
        done = subprocess.run(command, cwd=SOURCE, env=build.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        console.out(done.stdout + done.stderr, highlight=False)
    good = done.returncode == 0
    return Outcome(f"front end: {script}", time.monotonic() - started, passed=int(good), failed=int(not good))


def _tests(build: FrontendBuild, script: str, environment: dict[str, str], arguments: list[str]) -> Outcome:
    """Run tests that write a JUnit report, and show their output as it arrives."""
    name = "front end: logic" if script == "test" else "front end: browser"
    report = report_path(name)
    started = time.monotonic()
    done = subprocess.run(
        [*build.node.npm, "run", "--silent", script, "--", *arguments, *_report_argument(script, report)],
        cwd=SOURCE,
        env={**build.environment, **environment, "JUNIT_REPORT": str(report)},
        check=False,
    )
    passed, failed, skipped = counts(report)
    if done.returncode and not failed:
        failed = 1
    return Outcome(name, time.monotonic() - started, passed, failed, skipped)


def _report_argument(script: str, report: Path) -> list[str]:
    """Return the option that names Vitest's report; Playwright reads it from its configuration."""
    return [f"--outputFile.junit={report}"] if script == "test" else []
