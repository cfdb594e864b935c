"""`seed` and `reset`: what the databases hold."""

import signal
import sys
import time
from enum import StrEnum
from typing import Annotated

import typer
from rich.prompt import Confirm

from edu_cli.commands.running import end_runner
from edu_cli.devserver import seeding
from edu_cli.devserver.platform import READY_SECONDS, STOP_SECONDS, Platform, answers
from edu_cli.devserver.postgres import Postgres
from edu_cli.devserver.processes import end, find
from edu_cli.devserver.state import Run, State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, step


class Size(StrEnum):
    small = "small"
    full = "full"
    x10 = "x10"


Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def seed(
    size: Annotated[
        Size,
        typer.Option(help="small: 501 users, 1,000 courses; full: 50,001 users, 100,000 courses; x10: ten times that."),
    ] = Size.small,
    yes: Yes = False,
) -> None:
    """Replace everything in the databases by demonstration data.

    The same size always gives the same data. Works whether the platform runs or not.
    """
    state = State(default_state_directory())
    _confirm(f"This replaces all users, courses and payments by the {size.value} demonstration data. Go on?", yes)
    run = state.run()
    if state.in_use() and run:
        seeding.load(state, run.postgres_port, size.value, replace=True, shown=True)
        _start_anew(run, "course")
        return
    platform = Platform(state.root)
    try:
        platform.start_databases(step)
        seeding.load(state, platform.postgres.port, size.value, replace=True, shown=True)
    finally:
        platform.stop(step)


def _start_anew(run: Run, name: str) -> None:
    """End a service, which the runner then starts again: it has answers in memory about data that are gone."""
    with step(f"Starting {name} anew"):
        for record in run.processes:
            if record.name == name and (process := find(record)):
                end(process, signal.SIGTERM, STOP_SECONDS)
        deadline = time.monotonic() + READY_SECONDS
        while not answers(run.service_ports[name]):
            if time.monotonic() > deadline:
                raise LocalError(f"The data are there, but {name} does not come back. See why: ./edu logs {name}")
            time.sleep(0.1)


def reset(yes: Yes = False) -> None:
    """Delete all data: databases, keys, mails, logs. The next `up` begins anew."""
    state = State(default_state_directory())
    _confirm(f"This deletes every user, course and payment in {state.root} for good. Go on?", yes)
    end_runner(state)
    state.prepare()
    lock = state.acquire()
    with step("Deleting"):
        Postgres(state).discard()
        state.erase()
    lock.release()
    console.print("All data is gone. [bold]./edu up[/] begins anew.")


def _confirm(question: str, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise LocalError(f"{question} Nobody is here to answer; add --yes to say so beforehand.")
    if not Confirm.ask(question, console=console, default=False):
        raise typer.Exit(1)
