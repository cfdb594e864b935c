"""A process that lags, or has no capacity: which requests it rejects, and that it recovers."""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from itertools import count
from typing import Any

import httpx2
import uvloop
from sqlalchemy import text

from edu_common.database.engine import Database
from edu_common.observability.metrics import Shed
from edu_common.testing.keys import service_call
from edu_common.web.server import DrainingServer, configuration, listeners
from edu_sample.app import ReceiverSettings, create_receiver

Settings = Callable[..., ReceiverSettings]
WITHIN_SECONDS = 30
CONNECTIONS = 100
BLOCKED_SECONDS = 0.4
"""Duration of each iteration of the event loop; several times the permitted lag."""


@asynccontextmanager
async def blocked_loop(seconds: float = BLOCKED_SECONDS) -> AsyncGenerator["count[int]"]:
    """Block the event loop in each of its iterations; yield their counter."""
    turns = count()

    async def block() -> None:
        while True:
            next(turns)
            time.sleep(seconds)  # noqa: ASYNC251 - this is what the test is about
            await asyncio.sleep(0)

    blocking = asyncio.create_task(block())
    try:
        yield turns
    finally:
        blocking.cancel()


def ask_over_many(port: int) -> set[bytes]:
    """Return the status lines of a request over each of many connections, all opened before the first is used."""
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(CONNECTIONS)]
        for connection in opened:
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        return {connection.recv(1000).partition(b"\r\n")[0] for connection in opened}


@asynccontextmanager
async def queue_for_connections(database: Database) -> AsyncGenerator[None]:
    """Have background tasks occupy the pool's connection in turns, so that there is always one that waits for it."""

    async def hold() -> None:
        while True:
            async with database.read() as connection:
                await connection.execute(text("SELECT pg_sleep(0.2)"))
            await asyncio.sleep(0)  # a waiting task gets it now

    holding = [asyncio.create_task(hold()) for _ in range(4)]
    try:
        yield
    finally:
        for task in holding:
            task.cancel()
        await asyncio.gather(*holding, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not await holds():  # noqa: ASYNC110 - what holds is asked over HTTP
            await asyncio.sleep(0.05)


async def shed(client: httpx2.AsyncClient, reason: Shed) -> float:
    """Return how many requests were shed for this reason."""
    name = f'requests_shed_total{{reason="{reason}",service="enrollment"}} '
    (line,) = [line for line in (await client.get("/metrics")).text.splitlines() if line.startswith(name)]
    return float(line.removeprefix(name))


async def offer_events(client: httpx2.AsyncClient) -> int:
    headers = service_call("payment", audience="enrollment")
    answer = await client.post("/internal/events", json=[], headers=headers)
    return answer.status_code


def assert_overloaded(answer: httpx2.Response) -> None:
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"


class TestAProcessThatIsBehind:
    async def test_refuses_people_alone_and_goes_on_afterwards(self, serve: Any, receiver_settings: Settings) -> None:
        patient = receiver_settings(max_queue_delay=BLOCKED_SECONDS / 4, request_timeout=WITHIN_SECONDS)
        async with serve(create_receiver(patient)) as client:
            before = await shed(client, Shed.EVENT_LOOP)
            async with blocked_loop():

                async def refuses_requests() -> bool:
                    return (await client.get("/things")).status_code == 503

                await until(refuses_requests)
                assert_overloaded(await client.get("/api/enrollment/things"))
                assert await shed(client, Shed.EVENT_LOOP) > before
                assert await offer_events(client) == 200
                assert (await client.get("/health/live")).status_code == 200
                assert (await client.get("/health/ready")).status_code == 200

            async def serves() -> bool:
                return (await client.get("/things")).status_code == 200

            await until(serves)

    async def test_one_that_was_blocked_for_a_moment_refuses_nobody(
        self, serve: Any, receiver_settings: Settings
    ) -> None:
        async with serve(create_receiver(receiver_settings(max_queue_delay=BLOCKED_SECONDS / 4))) as client:
            asking = asyncio.create_task(client.get("/things"))
            time.sleep(BLOCKED_SECONDS)  # noqa: ASYNC251
            assert (await asking).status_code == 200


class TestNewConnections:
    def test_do_not_wait_for_a_turn_each(self, receiver_settings: Settings) -> None:
        uvloop.run(self._connect(receiver_settings()))  # the event loop that services use

    async def _connect(self, settings: ReceiverSettings) -> None:
        app = create_receiver(settings)
        server = DrainingServer(configuration(app, settings), app.state.runtime)
        serving = asyncio.create_task(server.serve(listeners(settings)))
        while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn tells it by an attribute
            await asyncio.sleep(0.005)
        async with blocked_loop(seconds=0.05) as turns:
            before = next(turns)
            assert await asyncio.to_thread(ask_over_many, settings.listen_port) == {b"HTTP/1.1 200 OK"}
            assert next(turns) - before < CONNECTIONS
        server.should_exit = True
        await serving


class TestAProcessThatIsFull:
    async def test_takes_events_apart_from_people(self, serve: Any, receiver_settings: Settings) -> None:
        async with serve(create_receiver(receiver_settings(max_concurrent_requests=1, request_timeout=5))) as client:
            before = await shed(client, Shed.AT_ONCE)
            hanging = asyncio.create_task(client.get("/things/hanging"))

            async def full() -> bool:
                return (await client.get("/things")).status_code == 503

            await until(full)
            assert await shed(client, Shed.AT_ONCE) > before
            assert await offer_events(client) == 200
            assert not hanging.done()
            assert (await hanging).status_code == 504


class TestAPoolThatIsWaitedFor:
    async def test_people_give_up_early_and_events_get_a_connection(
        self, serve: Any, receiver_settings: Settings
    ) -> None:
        settings = receiver_settings(db_pool_size=1, db_pool_timeout=WITHIN_SECONDS, max_queue_delay=0.1)
        app = create_receiver(settings)
        async with serve(app) as client:
            before = await shed(client, Shed.POOL)
            async with queue_for_connections(app.state.runtime.database):

                async def refuses_requests() -> bool:
                    answer = await client.get("/things/statement")
                    return answer.status_code == 503

                await until(refuses_requests)
                assert await shed(client, Shed.POOL) > before
                assert await offer_events(client) == 200
                assert (await client.get("/things")).status_code == 200
            assert (await client.get("/things/statement")).status_code == 200
