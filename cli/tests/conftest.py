"""Real servers for the runner's tests: no part of the runner is replaced."""

import asyncio
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import uvloop

from edu_cli import cli
from edu_cli.devserver import ports
from edu_cli.devserver.gateway import Gateway, server_config
from edu_cli.devserver.services import HOST, NAMES
from edu_cli.devserver.state import State


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit status."""

    code: int
    stdout: str
    stderr: str


def edu(*arguments: str) -> Result:
    """Run a command of `edu` in this process, without a terminal."""
    stdout, stderr = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(stdout), redirect_stderr(stderr):
        patch.setattr(sys, "argv", ["edu", *arguments])
        patch.setenv("COLUMNS", "200")
        try:
            cli.main()
        except SystemExit as end:
            return Result(end.code if isinstance(end.code, int) else 0, stdout.getvalue(), stderr.getvalue())
    return Result(0, stdout.getvalue(), stderr.getvalue())


class Served:
    """A server in a thread."""

    def __init__(self, config: uvicorn.Config) -> None:
        self.port = config.port
        self.url = f"http://{config.host}:{config.port}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Served":
        self._thread.start()
        wait_until(lambda: self._server.started)
        return self

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            self.loop = runner.get_loop()
            runner.run(self._server.serve())

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def serve(app: Any, port: int | None = None) -> Served:
    """An ASGI application on a port of its own."""
    port = port or ports.find_free(1)[0]
    return Served(uvicorn.Config(app, port=port, lifespan="off", log_config=None, timeout_graceful_shutdown=1))


def wait_until(condition: Callable[[], object], timeout: float = 20.0) -> None:
    """Wait until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def gateway_to(
    *urls: str, budget: float = 10.0, frontend: str | None = None, max_queue_delay: float = 30.0
) -> Generator[Served]:
    """A gateway whose services are the given addresses; the last one serves for all further names."""
    targets = [*urls, *[urls[-1]] * (len(NAMES) - len(urls))]
    gateway = Gateway(dict(zip(NAMES, targets, strict=True)), budget, frontend, max_queue_delay)
    with Served(server_config(gateway, HOST, ports.find_free(1)[0])) as served:
        yield served


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state directory of the test's own, so that no test touches the developer's platform.

    It is not below pytest's `tmp_path`, which pytest closes to all users but one while Postgres under root is
    another.
    """
    folder = Path(tempfile.mkdtemp(prefix="edu local "))
    folder.chmod(0o711)
    monkeypatch.setenv("EDU_HOME", str(folder / "state"))
    monkeypatch.setenv("EDU_DEBUG", "")
    yield folder / "state"
    shutil.rmtree(folder)


@pytest.fixture
def state(own_state: Path) -> State:
    """The test's own state, with its keys."""
    state = State(own_state)
    state.prepare()
    return state
