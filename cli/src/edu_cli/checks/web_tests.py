"""The front end's part of `test`: its sources, and its pages in a real browser on a real platform."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from edu_cli.checks.outcomes import Outcome, counts, report_path
from edu_cli.devserver.frontend import SOURCE, Workshop
from edu_cli.devserver.platform import Options
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.devserver.testing import temporary_platform
from edu_cli.ui import console, step

BROWSERS = ("/usr/bin/chromium", "/usr/bin/google-chrome")
SCRIPTS = ("lint", "format:check", "typecheck")
PLATFORM = Options(rate_limits="off", seed="small", durable=False, frontend=True)


def sources() -> Iterator[Outcome]:
    """Style, types and the tests of the front end's logic."""
    workshop = _workshop()
    workshop.install_packages()
    for script in SCRIPTS:
        yield _script(workshop, script)
    yield _tests(workshop, "test", {}, ["--reporter=default", "--reporter=junit"])


def pages() -> Iterator[Outcome]:
    """The tests in a browser, on a platform of their own; none where there is no browser."""
    browser = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), None) or shutil.which("chromium")
    if browser is None:
        console.print(
            "Tests in a browser are left out: no Chromium was found. Install it, or name it by CHROMIUM=/path."
        )
        return
    console.rule("browser", align="left")
    with temporary_platform(PLATFORM) as platform:
        environment = {"EDU_URL": platform.url, "EDU_STATE": str(platform.state.root), "CHROMIUM": browser}
        yield _tests(_workshop(), "test:browser", environment, [])


def _workshop() -> Workshop:
    state = State(default_state_directory())
    state.prepare()
    return Workshop(state, step)


def _script(workshop: Workshop, script: str) -> Outcome:
    """A tool that judges the sources; its output is shown when it complains."""
    started = time.monotonic()
    command = [*workshop.node.npm, "run", "--silent", script]
    with console.status(f"front end: {script}"):
        done = subprocess.run(
            command, cwd=SOURCE, env=workshop.environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        console.out(done.stdout + done.stderr, highlight=False)
    good = done.returncode == 0
    return Outcome(f"front end: {script}", time.monotonic() - started, passed=int(good), failed=int(not good))


def _tests(workshop: Workshop, script: str, environment: dict[str, str], arguments: list[str]) -> Outcome:
    """Tests that write a JUnit report, their output shown as it comes."""
    name = "front end: logic" if script == "test" else "front end: browser"
    report = report_path(name)
    started = time.monotonic()
    done = subprocess.run(
        [*workshop.node.npm, "run", "--silent", script, "--", *arguments, *_report_argument(script, report)],
        cwd=SOURCE,
        env={**workshop.environment, **environment, "JUNIT_REPORT": str(report)},
        check=False,
    )
    passed, failed, skipped = counts(report)
    if done.returncode and not failed:
        failed = 1
    return Outcome(name, time.monotonic() - started, passed, failed, skipped)


def _report_argument(script: str, report: Path) -> list[str]:
    """Playwright takes the report's name from its configuration."""
    return [f"--outputFile.junit={report}"] if script == "test" else []
