"""Real servers for the runner's tests: no component of the runner is replaced."""

import asyncio
import json
import os
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
from edu_cli.devserver import caddy, ports
from edu_cli.devserver.origin import Origin, Tls
from edu_cli.devserver.processes import Child
from edu_cli.devserver.services import HOST
from edu_cli.devserver.state import State
from edu_topology import SERVICES


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
        self.address = f"{config.host}:{config.port}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Served":
        self._thread.start()
        wait_until(lambda: self._server.started)
        return self

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._server.serve())

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def serve(app: Any, port: int | None = None) -> Served:
    """Serve an ASGI application on a port of its own."""
    port = port or ports.find_free(1)[0]
    return Served(uvicorn.Config(app, port=port, lifespan="off", log_config=None, timeout_graceful_shutdown=1))


def wait_until(
    condition: Callable[[], object], timeout: float = 20.0, reason: Callable[[], str] = lambda: "waited in vain"
) -> None:
    """Wait until the condition holds; fail with the reason when it does not in time."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, reason()
        time.sleep(0.02)


@dataclass(frozen=True)
class RunningOrigin:
    """A Caddy with the origin's configuration."""

    origin: Origin
    pid: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.origin.port}"


@contextmanager
def origin_to(
    *addresses: str, budget: float = 10.0, frontend: str | None = None, tls: Tls | None = None
) -> Generator[RunningOrigin]:
    """Start an origin with services at these `host:port`; the last one serves for all further names."""
    targets = [*addresses, *[addresses[-1]] * (len(SERVICES) - len(addresses))]
    port, metrics_port = ports.find_free(2)
    with tempfile.TemporaryDirectory(prefix="edu origin ") as name:
        folder = Path(name)
        origin = Origin(
            host=HOST,
            port=port,
            metrics_port=metrics_port,
            storage=folder / "storage",
            site=folder / "site",
            services=dict(zip(SERVICES, targets, strict=True)),
            frontend=frontend,
            tls=tls,
            budget=budget,
        )
        config = folder / "caddy.json"
        config.write_text(json.dumps(origin.config()))
        environment = {**os.environ, **caddy.environment(folder)}
        child = Child("gateway", caddy.serve(config), environment, folder / "log", port)
        child.start()
        try:
            wait_until(lambda: child.pid and ports.is_held_by(child.pid, port), reason=child.output)
            assert child.pid
            yield RunningOrigin(origin, child.pid)
        finally:
            child.stop(10)


@pytest.fixture(autouse=True)
def own_state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Create a state directory for the test, so that no test touches the developer's platform.

    It is not below pytest's `tmp_path`, which only one user can access, while Postgres under root runs as another.
    """
    folder = Path(tempfile.mkdtemp(prefix="edu local "))
    folder.chmod(0o711)
    monkeypatch.setenv("EDU_HOME", str(folder / "state"))
    monkeypatch.setenv("EDU_DEBUG", "")
    yield folder / "state"
    shutil.rmtree(folder)


@pytest.fixture
def state(own_state: Path) -> State:
    """Return the test's own state, with its keys."""
    state = State(own_state)
    state.prepare()
    return state
