"""A sender's outbox, relays for it, and the receiver's record of the events."""

import asyncio
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from edu_common.database.engine import Database
from edu_common.events import Event, publish
from edu_common.events.outbox import OutboxDelivery
from edu_common.events.relay import Relay
from edu_common.events.streams import StreamTransport
from edu_common.events.transport import HttpTransport, Transport
from edu_common.ids import new_id, utc_now
from edu_common.redis_client import Redis
from edu_common.settings import EventTransport
from edu_common.testing.keys import tokens_of
from edu_sample.app import COUNTED, ROUTES, ReceiverSettings, SenderSettings
from edu_sample.models import Applied

Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]]
Launch = Callable[..., "subprocess.Popen[bytes]"]
Put = Callable[..., Awaitable[None]]
Relaying = Callable[..., AbstractAsyncContextManager[Relay]]


@pytest.fixture
def put(sender_database: Database) -> Put:
    """Return a function that publishes an event in a transaction of its own."""

    async def write(subject: UUID, number: int, event_type: str = COUNTED, filler: str = "") -> None:
        async with sender_database.unit_of_work() as unit:
            await publish(unit, ROUTES, event_type, subject, {"number": number, "filler": filler})

    return write


@pytest.fixture
def relaying(sender_settings: Callable[..., SenderSettings]) -> Relaying:
    """Return a function that runs a relay of the sender; `around` may wrap its transport."""

    @asynccontextmanager
    async def run(
        receiver: ReceiverSettings, around: Callable[[Transport], Transport] = lambda transport: transport
    ) -> AsyncGenerator[Relay]:
        settings = sender_settings(enrollment_url=f"http://127.0.0.1:{receiver.port}", course_url="http://127.0.0.1:1")
        tokens = tokens_of(settings.service)
        async with AsyncExitStack() as stack:
            if settings.event_transport is EventTransport.REDIS:
                redis = Redis(settings)
                stack.push_async_callback(redis.close)
                transport = StreamTransport(settings, redis, tokens)
            else:
                transport = HttpTransport(settings, tokens)
            relay = Relay(settings, ROUTES, around(transport))
            stack.push_async_callback(relay.close)
            task = asyncio.create_task(relay.run())
            try:
                yield relay
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return run


async def undelivered(database: Database, subscriber: str = "enrollment") -> int:
    async with database.read() as connection:
        waiting = select(func.count()).where(
            OutboxDelivery.subscriber == subscriber, OutboxDelivery.delivered_at.is_(None)
        )
        return await connection.scalar(waiting)


async def until_delivered(database: Database, leaving: int = 0) -> None:
    async with asyncio.timeout(60):
        while await undelivered(database) > leaving:  # noqa: ASYNC110 - a table can only be asked
            await asyncio.sleep(0.02)


async def applied(database: Database) -> Sequence[Applied]:
    async with database.read() as connection:
        return await connection.load_all(Applied, select(Applied.__table__).order_by(Applied.seq))


async def hurry(database: Database) -> None:
    """Make the time of a pause pass."""
    async with database.unit_of_work() as unit:
        await unit.execute(update(OutboxDelivery).values(next_attempt_at=utc_now()))


def new_event(number: int = 1) -> Event:
    return Event(id=new_id(), source="payment", type=COUNTED, subject=new_id(), time=utc_now(), data={"number": number})
