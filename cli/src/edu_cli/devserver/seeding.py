"""Demonstration data, loaded by the seed job into the five databases."""

import os
import subprocess
from typing import Literal

from edu_cli.devserver.processes import module
from edu_cli.devserver.state import State
from edu_cli.errors import LocalError, last_lines
from edu_seed.sizes import SIZES
from edu_topology import SERVICES

Size = Literal["small", "full", "x10"]


def accounts(size: str) -> dict[str, str]:
    """Return e-mail addresses of the data set to try out, by role; teachers come first in it, then students."""
    return {"teacher": "user0@example.com", "student": f"user{SIZES[size].teachers}@example.com"}


def load(state: State, postgres_port: int, size: Size, *, replace: bool = False, shown: bool = False) -> None:
    """Run the seed job; an interrupted load continues where it stopped.

    `replace` empties the databases first; `shown` lets the job draw its progress on the terminal.
    """
    flags = [*(["--replace"] if replace else []), *([] if shown else ["--quiet"])]
    urls = {f"{name.upper()}_DATABASE_URL": state.database_url(name, postgres_port, "postgresql") for name in SERVICES}
    done = subprocess.run(
        module("edu_seed", "--size", size, *flags),
        env={**os.environ, **urls},
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        words = f":\n{last_lines(done.stdout)}" if done.stdout else "; the lines above tell why."
        raise LocalError(f"Loading the {size} data set failed{words}")
    state.remember(seeded=size)
