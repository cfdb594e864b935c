"""The contents of the five databases: loaded, deleted, or opened for a check, whether the platform runs or not."""

import signal
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from edu_cli.devserver import seeding
from edu_cli.devserver.platform import READY_SECONDS, STOP_SECONDS, Platform, responds
from edu_cli.devserver.postgres import Postgres
from edu_cli.devserver.processes import end, find
from edu_cli.devserver.runner import end_runner
from edu_cli.devserver.state import Run, State
from edu_cli.errors import LocalError
from edu_cli.ui import step
from edu_topology import SERVICES


def replace(state: State, size: seeding.Size) -> None:
    """Replace everything in the databases by the demonstration data of this size."""
    run = state.run()
    if state.in_use() and run:
        seeding.load(state, run.postgres_port, size, replace=True, shown=True)
        _restart(run, "course")
        return
    platform = Platform(state.root)
    try:
        platform.start_databases(step)
        seeding.load(state, platform.postgres.port, size, replace=True, shown=True)
    finally:
        platform.stop(step)


def _restart(run: Run, name: str) -> None:
    """Stop a service, whose caches contain deleted data, and wait until the runner has restarted it."""
    with step(f"Restarting {name}"):
        for record in run.processes:
            if record.name == name and (process := find(record)):
                end(process, signal.SIGTERM, STOP_SECONDS)
        deadline = time.monotonic() + READY_SECONDS
        while not responds(run.service_ports[name]):
            if time.monotonic() > deadline:
                raise LocalError(f"The data is loaded, but {name} does not restart. See why: ./edu logs {name}")
            time.sleep(0.1)


def delete(state: State) -> None:
    """Stop the platform and delete databases, keys, mails and logs."""
    end_runner(state)
    state.prepare()
    lock = state.acquire()
    with step("Deleting"):
        Postgres(state).discard()
        state.erase()
    lock.release()


@contextmanager
def opened(state: State) -> Generator[Mapping[str, str]]:
    """Yield the five databases' DSNs; Postgres is started for the block if it does not run already."""
    run = state.run()
    if state.in_use() and run:
        yield _dsns(state, run.postgres_port)
        return
    platform = Platform(state.root)
    try:
        platform.start_databases(step)
        yield _dsns(state, platform.postgres.port)
    finally:
        platform.stop(step)


def _dsns(state: State, port: int) -> Mapping[str, str]:
    return {name: state.database_url(name, port, "postgresql") for name in SERVICES}
