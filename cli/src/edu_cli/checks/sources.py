"""Checks of the sources: style, layers, words and types, of Python and of the front end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from edu_cli.checks.outcomes import Outcome
from edu_cli.devserver.frontend import SOURCE, FrontendBuild
from edu_cli.devserver.processes import module
from edu_cli.devserver.state import PROJECT
from edu_cli.ui import console


@dataclass(frozen=True)
class Check:
    """A tool that checks the sources and says what is wrong."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]

    def run(self) -> Outcome:
        """Run the tool; print its output when it fails."""
        started = time.monotonic()
        done = subprocess.run(
            self.command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            console.out(done.stdout + done.stderr, highlight=False)
        good = done.returncode == 0
        return Outcome(self.name, time.monotonic() - started, passed=int(good), failed=int(not good))


def check_sources(build: FrontendBuild) -> Iterator[Outcome]:
    """Run the checks two at a time, since each uses one processor; yield each outcome as it is known."""
    with console.status("checks of the sources"), ThreadPoolExecutor(max_workers=2) as pool:
        started = [pool.submit(check.run) for check in (*_front_end(build), *_python())]
        yield from (done.result() for done in as_completed(started))


def _front_end(build: FrontendBuild) -> Iterator[Check]:
    for script in ("lint", "typecheck", "format:check"):  # the first takes as long as all others
        yield Check(f"front end: {script}", [*build.node.npm, "run", "--silent", script], SOURCE, build.environment)


def _python() -> Iterator[Check]:
    beside = Path(sys.executable).parent
    commands = {
        "types": module("pyright"),
        "ruff check": module("ruff", "check", "."),
        "ruff format": module("ruff", "format", "--check", "."),
        "layers": [str(beside / "lint-imports")],
        "words": [str(beside / "codespell")],
    }
    for name, command in commands.items():
        yield Check(name, command, PROJECT, os.environ)
