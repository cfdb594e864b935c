"""What this machine provides, what it lacks, and what each requirement is for."""

import os
import platform as machine
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil

from edu_cli.devserver import ports
from edu_cli.devserver.postgres import Postgres
from edu_cli.devserver.services import Ports
from edu_cli.devserver.state import State
from edu_cli.errors import LocalError

DISK_MB = 2_000
MEMORY_MB = 1_500
PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One line of the report; only a missing `required` one makes the command fail."""

    name: str
    passed: bool
    detail: str
    required: bool = True


def examine(state: State) -> Iterator[Finding]:
    """Yield a finding for each requirement."""
    yield Finding("python", sys.version_info >= PYTHON, f"{machine.python_version()} ({sys.executable})")
    yield _tool("uv", "installs the packages; ./edu installs a private one when there is none", required=False)
    yield _state(state)
    yield _amount("disk", shutil.disk_usage(state.existing_folder()).free, DISK_MB, "for data and packages")
    yield _amount("memory", psutil.virtual_memory().available, MEMORY_MB, "for Postgres and five services")
    yield _postgres(state)
    yield from _ports(state)
    yield _tool("node", "builds the web front end; ./edu installs a private one when there is none", required=False)
    yield _tool("docker", "used for the Kubernetes cluster and its tests only", required=False)
    yield _tool("kind", "used for the Kubernetes cluster and its tests only", required=False)


def _tool(name: str, purpose: str, *, required: bool) -> Finding:
    path = shutil.which(name)
    return Finding(name, path is not None, path or f"not found; {purpose}", required)


def _state(state: State) -> Finding:
    folder = state.existing_folder()
    writable = os.access(folder, os.W_OK)
    remedy = "" if writable else " is not writable; choose another with EDU_HOME=/some/folder"
    return Finding("state", writable, f"{state.root}{remedy}")


def _amount(name: str, available: int, megabytes: int, purpose: str) -> Finding:
    free = available // 1024**2
    return Finding(name, free >= megabytes, f"{free:,} MB free; {megabytes:,} MB are required {purpose}")


def _postgres(state: State) -> Finding:
    return _attempt("postgres", lambda: Postgres(state).version())


def _attempt(name: str, examine: Callable[[], str]) -> Finding:
    try:
        return Finding(name, passed=True, detail=examine())
    except (LocalError, OSError, subprocess.SubprocessError) as error:
        return Finding(name, passed=False, detail=str(error))


def _ports(state: State) -> Iterator[Finding]:
    run = state.run() if state.in_use() else None
    if run:
        yield Finding("ports", passed=True, detail=f"in use by the running platform at {run.url}")
        return
    standard = Ports.standard()
    taken = [port for port in (standard.public, *standard.services.values()) if not ports.is_free(port)]
    holders = ", ".join(f"{port} by {ports.holder(port) or 'another program'}" for port in taken)
    detail = f"taken: {holders}; see `./edu up --port` and `--service-ports`" if taken else "3001, 8001–8005 are free"
    yield Finding("ports", not taken, detail, required=False)
