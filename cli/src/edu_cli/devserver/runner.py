"""The runner: the process behind `edu up`, which starts the platform and supervises it until it is stopped."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from types import FrameType

from edu_cli.devserver import processes
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.postgres import orphans
from edu_cli.devserver.state import Run, State
from edu_cli.errors import LocalError
from edu_cli.ui import console, step, warn

POLL_SECONDS = 0.2
DOWN_SECONDS = 90.0
SAME_SIGNAL_SECONDS = 0.3
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """The user or the system requested the runner to stop."""


def run(platform: Platform, started: Callable[[], None]) -> None:
    """Start the platform, call `started`, and supervise the platform until a signal ends it."""
    stop_on_signals(platform)
    try:
        platform.start(step, warn)
        _report_orphans()
        started()
        while True:
            platform.supervise(warn)
            time.sleep(POLL_SECONDS)
    except Stop:
        console.print()
    finally:
        platform.stop(step)


def _report_orphans() -> None:
    for state_directory, home in orphans().items():
        command = f"EDU_HOME={shlex.quote(str(state_directory))} ./edu reset"
        warn(f"{home} holds the data of {state_directory}, which does not exist. To delete the data: {command}")


def stop_on_signals(platform: Platform) -> None:
    """Make the first signal raise `Stop`, and a later one kill everything at once.

    Wrappers forward a signal that the terminal has already sent: one that follows immediately is the same one.
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


def start_detached(state: State, arguments: list[str]) -> Run:
    """Start a runner in the background with these arguments of `edu`; return its run once it is ready."""
    state.prepare()
    with state.log("runner").open("wb") as log:
        runner = subprocess.Popen(
            processes.module("edu_cli", *arguments),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return _wait_ready(state, runner)


def _wait_ready(state: State, runner: subprocess.Popen[bytes]) -> Run:
    while True:
        run = state.run()
        if run and run.ready and run.runner.pid == runner.pid:
            return run
        if runner.poll() is not None:
            output = state.log("runner").read_text(errors="replace")
            raise LocalError(output.rpartition("error: ")[2].strip() or "The platform did not start.")
        time.sleep(POLL_SECONDS)


def end_runner(state: State) -> bool:
    """Stop the runner and everything it left behind; return False when there was nothing to stop."""
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
    recorded = [(record, processes.find(record)) for record in (run.processes if run else [])]
    running = [(record, process) for record, process in recorded if process]
    for record, process in running:
        number = signal.SIGINT if record.name == "postgres" else signal.SIGTERM
        processes.end(process, number, DOWN_SECONDS)
    return bool(running)
