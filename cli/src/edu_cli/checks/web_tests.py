"""The front end's steps of `edu test`: its logic, and its pages in a real browser on a real platform."""

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
PLATFORM = Options(rate_limits="off", seed="small", durable=False, frontend=True)


def prepare_build() -> FrontendBuild:
    """Install the front end's packages; return how its scripts are run."""
    state = State(default_state_directory())
    state.prepare()
    build = FrontendBuild(state, step)
    build.install_packages()
    return build


def logic(build: FrontendBuild) -> Outcome:
    """Run the tests of the front end's logic."""
    return _tests(build, "test", {}, ["--reporter=default", "--reporter=junit"])


def pages(build: FrontendBuild) -> Iterator[Outcome]:
    """Run the tests in a browser, on a separate platform; print why not where there is no browser."""
    browser = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), None) or shutil.which("chromium")
    if browser is None:
        console.print("Tests in a browser are skipped: no Chromium was found. Install it, or set CHROMIUM=/path.")
        return
    console.rule("browser", align="left")
    with temporary_platform(PLATFORM) as platform:
        environment = {"EDU_URL": platform.url, "EDU_STATE": str(platform.state.root), "CHROMIUM": browser}
        yield _tests(build, "test:browser", environment, [])


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
