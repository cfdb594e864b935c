"""`doctor`: what this machine has, what it lacks, and what each thing is for."""

import os
import platform as machine
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psutil
import typer

from edu_cli.devserver import ports
from edu_cli.devserver.postgres import Postgres
from edu_cli.devserver.services import Ports
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, table

DISK_MB = 2_000
MEMORY_MB = 1_500
PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One line of the report; only what is `needed` makes the command fail."""

    name: str
    good: bool
    detail: str
    needed: bool = True


def doctor() -> None:
    """Check what the platform needs on this machine, and tell how to get what is missing."""
    state = State(default_state_directory())
    rows = table("", "what", "finding")
    findings = list(_findings(state))
    for finding in findings:
        mark = "[green]✓[/]" if finding.good else "[red]✗[/]" if finding.needed else "[yellow]–[/]"
        rows.add_row(mark, finding.name, finding.detail)
    console.print(rows)
    missing = [finding.name for finding in findings if finding.needed and not finding.good]
    if missing:
        console.print(f"\nNot ready: {', '.join(missing)}.")
        raise typer.Exit(1)
    console.print("\nThis machine can run the platform: [bold]./edu up[/]")


def _findings(state: State) -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= PYTHON, f"{machine.python_version()} ({sys.executable})")
    yield _tool("uv", "installs the packages; ./edu gets its own when there is none", needed=False)
    yield _state(state)
    yield _amount("disk", shutil.disk_usage(state.existing_folder()).free, DISK_MB, "for data and packages")
    yield _amount("memory", psutil.virtual_memory().available, MEMORY_MB, "for Postgres and five services")
    yield _postgres(state)
    yield from _ports(state)
    yield _tool("node", "builds the web front end; a copy from PyPI serves when there is none", needed=False)
    yield _tool("docker", "only for the Kubernetes cluster and its tests", needed=False)
    yield _tool("kind", "only for the Kubernetes cluster and its tests", needed=False)


def _tool(name: str, purpose: str, *, needed: bool) -> Finding:
    path = shutil.which(name)
    return Finding(name, path is not None, path or f"not found; {purpose}", needed)


def _state(state: State) -> Finding:
    folder = state.existing_folder()
    writable = os.access(folder, os.W_OK)
    remedy = "" if writable else " is not writable; choose another with EDU_HOME=/some/folder"
    return Finding("state", writable, f"{state.root}{remedy}")


def _amount(name: str, have: int, megabytes: int, purpose: str) -> Finding:
    free = have // 1024**2
    return Finding(name, free >= megabytes, f"{free:,} MB free; {megabytes:,} MB are wanted {purpose}")


def _postgres(state: State) -> Finding:
    return _attempt("postgres", lambda: Postgres(state).version())


def _attempt(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, good=True, detail=look())
    except (LocalError, OSError, subprocess.SubprocessError) as error:
        return Finding(name, good=False, detail=str(error))


def _ports(state: State) -> Iterator[Finding]:
    run = state.run() if state.in_use() else None
    if run:
        yield Finding("ports", good=True, detail=f"in use by the running platform at {run.url}")
        return
    standard = Ports.standard()
    taken = [port for port in (standard.public, *standard.services.values()) if not ports.is_free(port)]
    holders = ", ".join(f"{port} by {ports.holder(port) or 'another program'}" for port in taken)
    detail = f"taken: {holders}; see `./edu up --port` and `--service-ports`" if taken else "3001, 8001–8005 are free"
    yield Finding("ports", not taken, detail, needed=False)
