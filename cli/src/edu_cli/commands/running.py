"""`up`, `down`, `status`, `open`: the platform's life."""

import os
import shlex
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable
from enum import StrEnum
from types import FrameType
from typing import Annotated

import psutil
import typer
from rich.table import Table

from edu_cli.devserver import processes
from edu_cli.devserver.platform import Options, Platform, is_ready
from edu_cli.devserver.postgres import orphans
from edu_cli.devserver.services import HOST, NAMES, Ports
from edu_cli.devserver.state import AlreadyRunning, Run, State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, show_address, step, table, warn

POLL_SECONDS = 0.2
DOWN_SECONDS = 90.0
SAME_SIGNAL_SECONDS = 0.3
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class RateLimits(StrEnum):
    standard = "standard"
    off = "off"


class Profile(StrEnum):
    standard = "standard"
    baseline = "baseline"


class Seed(StrEnum):
    small = "small"
    full = "full"
    none = "none"


class Events(StrEnum):
    http = "http"
    redis = "redis"


class Stop(BaseException):
    """The user or the system asked the runner to end."""


def up(
    port: Annotated[int, typer.Option(help="Port of the one public address.", min=1, max=65535)] = 3001,
    service_ports: Annotated[
        int, typer.Option(help="The services listen on this port + 1 to + 5, the front end on + 6.", min=1, max=65529)
    ] = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines of your network in.")
    ] = HOST,
    rate_limits: Annotated[
        RateLimits, typer.Option(help="off lets a load test through; the lock-out of an account stays.")
    ] = RateLimits.standard,
    seed: Annotated[
        Seed, typer.Option(help="Demonstration data for a new platform: small takes seconds, full a minute.")
    ] = Seed.small,
    profile: Annotated[
        Profile,
        typer.Option(help="baseline brings back slow search, small pools and no cache, to measure against."),
    ] = Profile.standard,
    frontend: Annotated[
        bool, typer.Option("--frontend/--no-frontend", help="The web pages; without, the API and a page of links.")
    ] = True,
    redis: Annotated[
        bool, typer.Option("--redis", help="Run a Redis, too: services share a cache and rate limits through it.")
    ] = False,
    events: Annotated[
        Events, typer.Option(help="How services tell each other what happened; redis wants --redis.")
    ] = Events.http,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return when ready; end with edu down.")] = False,
) -> None:
    """Start the platform and print its address.

    The first start makes keys, databases and demonstration data, and builds the web front end; later ones go on with
    the same data, and build again only what has changed.
    Ctrl-C ends everything cleanly, a second Ctrl-C at once. A service that dies is started again.
    """
    if events is Events.redis and not redis:
        raise LocalError("--events redis needs a Redis: add --redis.")
    if detach:
        return _start_detached()
    options = Options(
        rate_limits=rate_limits.value,
        profile=profile.value,
        seed=None if seed is Seed.none else seed.value,
        host=host,
        frontend=frontend,
        redis=redis,
        events=events.value,
    )
    platform = Platform(default_state_directory(), Ports.standard(port, service_ports), options)
    try:
        _run(platform)
    except AlreadyRunning:
        _tell_running(platform.state)


def _run(platform: Platform) -> None:
    stop_on_signals(platform)
    try:
        platform.start(step, warn)
        _tell_of_orphans()
        show_address(platform.url, platform.state.fact("seeded"))
        console.print("Logs: [bold]./edu logs -f[/]   More: [bold]./edu --help[/]   End: [bold]Ctrl-C[/]")
        while True:
            platform.tend(warn)
            time.sleep(POLL_SECONDS)
    except Stop:
        console.print()
    finally:
        platform.stop(step)


def _tell_of_orphans() -> None:
    for state_directory, home in orphans().items():
        again = f"EDU_HOME={shlex.quote(str(state_directory))} ./edu reset"
        warn(f"{home} holds the data of {state_directory}, which is not there. To delete the data: {again}")


def stop_on_signals(platform: Platform) -> None:
    """The first signal raises `Stop`, a later one ends everything at once.

    Wrappers pass on a signal that the terminal has sent already: what follows at once is the same one.
    """
    first = 0.0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal first
        first = time.monotonic()
        handle(end_at_once)
        raise Stop

    def end_at_once(number: int, frame: FrameType | None) -> None:
        if time.monotonic() - first > SAME_SIGNAL_SECONDS:
            platform.kill_all()
            os._exit(128 + number)

    def handle(handler: Callable[[int, FrameType | None], None]) -> None:
        for number in END_SIGNALS:
            signal.signal(number, handler)

    handle(stop)


def _tell_running(state: State) -> None:
    run = state.run()
    if run and run.ready:
        console.print(f"The platform already runs at [bold underline]{run.url}[/]. End it with ./edu down.")
    else:
        console.print("The platform is being started or stopped by another ./edu at this moment.")


def _start_detached() -> None:
    state = State(default_state_directory())
    if state.in_use():
        return _tell_running(state)
    state.prepare()
    arguments = [argument for argument in sys.argv[1:] if argument not in ("--detach", "-d")]
    with state.log("runner").open("wb") as log, step("Starting in the background"):
        runner = subprocess.Popen(
            processes.module("edu_cli", *arguments),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        run = _wait_ready(state, runner)
    show_address(run.url, state.fact("seeded"))
    return None


def _wait_ready(state: State, runner: subprocess.Popen[bytes]) -> Run:
    while True:
        run = state.run()
        if run and run.ready and run.runner.pid == runner.pid:
            return run
        if runner.poll() is not None:
            words = state.log("runner").read_text(errors="replace")
            raise LocalError(words.rpartition("error: ")[2].strip() or "The platform did not start.")
        time.sleep(POLL_SECONDS)


def down() -> None:
    """End the platform that runs in another terminal or in the background, cleanly. The data stays."""
    state = State(default_state_directory())
    if not end_runner(state):
        console.print("The platform is not running.")


def end_runner(state: State) -> bool:
    """End the runner and everything that it left; False when there was nothing to end."""
    run = state.run()
    runner = processes.find(run.runner) if run else None
    if runner and state.in_use():
        with step("Stopping"):
            runner.send_signal(signal.SIGTERM)
            if not processes.ended_within(runner, DOWN_SECONDS):
                raise LocalError(f"The runner (pid {runner.pid}) does not end. Use: kill -9 {runner.pid}")
        return True
    return _end_leftovers(run)


def _end_leftovers(run: Run | None) -> bool:
    left = [(record, processes.find(record)) for record in (run.processes if run else [])]
    running = [(record, process) for record, process in left if process]
    for record, process in running:
        number = signal.SIGINT if record.name == "postgres" else signal.SIGTERM
        processes.end(process, number, DOWN_SECONDS)
    return bool(running)


def status() -> None:
    """Show every part: whether it runs and is ready, where it listens, how much memory it uses."""
    state = State(default_state_directory())
    run = state.run()
    if not run or not state.in_use():
        console.print("The platform is not running. Start it with [bold]./edu up[/].")
        raise typer.Exit(1)
    console.print(f"EduPlatform at [bold underline]{run.url}[/]\n")
    console.print(_parts(run))
    if not run.ready:
        console.print("\nIt is still starting.")


def _parts(run: Run) -> Table:
    rows = table("part", "state", "pid", "port", "memory", "address")
    records = {record.name: record for record in run.processes}
    optional = [name for name in ("frontend", "redis") if name in records]
    for name in ("gateway", *NAMES, "postgres", *optional):
        record = records.get(name)
        process = processes.find(record) if record else None
        if not record or not process:
            rows.add_row(name, "[red]down[/]", "", "", "", "")
            continue
        ready = name == "postgres" or is_ready(name, record.pid, record.port)
        rows.add_row(
            name,
            "[green]ready[/]" if ready else "[yellow]not ready[/]",
            str(record.pid),
            str(record.port),
            _memory(process),
            _address(run, name, record.port),
        )
    return rows


def _memory(process: psutil.Process) -> str:
    """Resident memory of the process; Postgres' sessions share most of theirs, so its children don't count."""
    try:
        return f"{process.memory_info().rss // 1024**2} MB"
    except psutil.NoSuchProcess:
        return ""


def _address(run: Run, name: str, port: int) -> str:
    if name in run.service_ports:
        return f"/api/{name}/docs"
    if name == "frontend":
        return "/ behind the gateway"
    return "/" if name == "gateway" else f"{HOST}:{port}"


def open_browser() -> None:
    """Open the platform in the browser."""
    state = State(default_state_directory())
    run = state.run()
    if not run or not run.ready or not state.in_use():
        raise LocalError("The platform is not running. Start it with ./edu up.")
    if not webbrowser.open(run.url):
        console.print(f"No browser could be opened here. The address is {run.url}")
