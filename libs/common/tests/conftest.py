"""The sample services over real databases, served by real uvicorn servers in this process."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from edu_common.auth.access_tokens import AccessTokens
from edu_common.database.engine import Database
from edu_common.settings import ServiceSettings
from edu_common.testing.keys import secret_environment, secret_settings
from edu_common.testing.postgres import truncate
from edu_common.testing.redis import RedisServer
from edu_common.testing.tokens import Signer
from edu_common.web.server import DrainingServer, configuration
from edu_sample.app import PACKAGE, ReceiverSettings, SenderSettings, create_receiver

BUSY_MACHINE_SECONDS = 2.0
Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def sender_url(migrated_database: Callable[[str], str]) -> str:
    return migrated_database(PACKAGE)


@pytest.fixture(scope="session")
def receiver_url(new_database: Callable[[str], str]) -> str:
    from edu_common.database import migrations

    url = new_database("edu_sample_receiver")
    migrations.upgrade(PACKAGE, url)
    return url


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the settings of the event transport: HTTP, or as a test's parameter says."""
    if getattr(request, "param", "http") == "http":
        return {}
    server: RedisServer = request.getfixturevalue("redis_server")
    return {"event_transport": "redis", "redis_url": server.url}


@pytest.fixture
def receiver_settings(receiver_url: str, transport: dict[str, str]) -> Callable[..., ReceiverSettings]:
    """Return a function that creates settings of a receiver on a free port; its arguments override the defaults."""

    def make(**values: Any) -> ReceiverSettings:
        usual = {
            "database_url": receiver_url,
            **secret_settings("enrollment"),
            "port": free_port(),
            "rate_limits": "off",
            "db_pool_timeout": BUSY_MACHINE_SECONDS,
            "max_queue_delay": BUSY_MACHINE_SECONDS,
            "identity_url": "http://127.0.0.1:1",
            "redis_timeout": BUSY_MACHINE_SECONDS,
        }
        return ReceiverSettings.model_validate(usual | transport | values)

    return make


@pytest.fixture
def sender_settings(sender_url: str, transport: dict[str, str]) -> Callable[..., SenderSettings]:
    """Return a function that creates settings of a sender; its arguments (a receiver's URL) override the defaults."""

    def make(**values: Any) -> SenderSettings:
        usual = {
            "database_url": sender_url,
            **secret_settings("payment"),
            "port": free_port(),
            "rate_limits": "off",
            "db_pool_timeout": BUSY_MACHINE_SECONDS,
            "max_queue_delay": BUSY_MACHINE_SECONDS,
            "redis_timeout": BUSY_MACHINE_SECONDS,
        }
        return SenderSettings.model_validate(usual | transport | values)

    return make


@pytest.fixture
def serve(signer: Signer) -> Serve:
    """Return a function that serves an application as a process would, but on this event loop, and yields a client."""

    @asynccontextmanager
    async def serving(app: FastAPI) -> AsyncGenerator[httpx2.AsyncClient]:
        settings: ServiceSettings = app.state.runtime.settings
        app.state.runtime.access_tokens = AccessTokens(signer.key_set())
        server = DrainingServer(configuration(app, settings), app.state.runtime)
        task = asyncio.create_task(server.serve())
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn tells it by an attribute
            await asyncio.sleep(0.005)
        try:
            async with httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{settings.listen_port}", trust_env=False, timeout=30
            ) as client:
                yield client
        finally:
            server.should_exit = True
            await task

    return serving


@pytest_asyncio.fixture
async def client(
    serve: Serve, receiver_settings: Callable[..., ReceiverSettings]
) -> AsyncGenerator[httpx2.AsyncClient]:
    """Return a client of a receiver with the default settings."""
    async with serve(create_receiver(receiver_settings())) as client:
        yield client


@pytest_asyncio.fixture
async def sender_database(sender_settings: Callable[..., SenderSettings]) -> AsyncGenerator[Database]:
    """Return the sender's database, emptied."""
    settings = sender_settings()
    await truncate(settings.database_url.get_secret_value())
    database = Database(settings)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def receiver_database(receiver_settings: Callable[..., ReceiverSettings]) -> AsyncGenerator[Database]:
    """Return the receiver's database, emptied."""
    settings = receiver_settings()
    await truncate(settings.database_url.get_secret_value())
    database = Database(settings)
    yield database
    await database.close()


@pytest.fixture
def launch() -> Callable[..., "subprocess.Popen[bytes]"]:
    """Return a function that starts a process of a sample service by role, command, settings and environment."""

    def start(role: str, command: str, settings: ServiceSettings, **more: str) -> "subprocess.Popen[bytes]":
        source = Path(sys.modules[PACKAGE].__file__ or "").parents[1]
        environment = {
            "DATABASE_URL": settings.database_url.get_secret_value(),
            **secret_environment(settings.service),
            "PORT": str(settings.port),
            "ENROLLMENT_URL": settings.enrollment_url,
            "COURSE_URL": settings.course_url,
            "REDIS_URL": settings.redis_url.get_secret_value(),
            "REDIS_TIMEOUT": str(settings.redis_timeout),
            "EVENT_TRANSPORT": settings.event_transport,
            "PYTHONPATH": str(source),
            **more,
        }
        arguments = [sys.executable, "-m", f"{PACKAGE}.{role}", command]
        return subprocess.Popen(arguments, env=os.environ | environment)  # noqa: S603 - the tests' own words

    return start
