"""Events through Redis Streams, instead of HTTP requests to the subscriber.

A batch is added to the subscriber's stream, where one of its processes reads it. The reply, written after the commit,
is returned in a list of the batch's own. The sender waits for that reply and marks rows as delivered only then. Redis
may therefore lose anything at any moment: a batch without a reply is sent again, and the inbox recognises events that
it has applied. For the same reason nothing is acknowledged to Redis, and a sender that stops waiting deletes its batch.

Batches and replies are signed by the service that sends them, so that others with access to Redis can neither make nor
change one; replaying an old one within its minute has no effect because of the inbox.
"""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import uuid4

import structlog
from pydantic import TypeAdapter, ValidationError

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.database.engine import Database
from edu_common.errors import Unauthenticated
from edu_common.events.envelope import Event
from edu_common.events.inbox import Delivery, ForeignEvent, Subscriptions, receive
from edu_common.events.transport import SEND_SECONDS, BatchRejected, SubscriberUnavailable
from edu_common.fault_injection.failpoints import Point, failpoint
from edu_common.redis_client import Redis, RedisUnavailable
from edu_common.settings import ServiceSettings

log = structlog.get_logger(__name__)

EVENTS = TypeAdapter(list[Event])

LONGEST_STREAM = 100
"""Batches in a stream at a time. Senders delete their own, so only those of killed senders add up to this."""

REPLY_SECONDS = 30
WORKERS = 4
GROUP = "subscriber"
CONSUMER = "any"  # nothing is pending in Redis, so consumers need no individual names
BLOCK_SECONDS = 2.0
PAUSE_SECONDS = 0.5


class Reply(Delivery):
    """The result of a batch, or why it was rejected as a whole."""

    refused: str = ""


class StreamTransport:
    def __init__(self, settings: ServiceSettings, redis: Redis, tokens: ServiceTokens) -> None:
        self._service = settings.service
        self._max_bytes = settings.max_body_bytes
        self._redis = redis
        self._tokens = tokens

    async def send(self, subscriber: str, events: list[Event]) -> Delivery:
        content = EVENTS.dump_json(events)
        if len(content) > self._max_bytes:
            raise BatchRejected(f"rejected: {len(content)} bytes are more than {self._max_bytes}")
        batch = uuid4().hex
        try:
            async with asyncio.timeout(SEND_SECONDS):
                reply = await self._exchange(subscriber, batch, content)
        except (TimeoutError, RedisUnavailable, Unauthenticated, ValueError) as error:
            raise SubscriberUnavailable(repr(error)) from error
        if reply.refused:
            raise BatchRejected(reply.refused)
        return reply

    async def _exchange(self, subscriber: str, batch: str, content: bytes) -> Reply:
        stream = stream_of(self._redis, subscriber)
        seal = self._tokens.seal(subscriber, batch, content)
        fields = {"batch": batch, "seal": seal, "events": content}
        entry = await self._redis.wait_for(
            self._redis.client.xadd(stream, fields, maxlen=LONGEST_STREAM, approximate=False), SEND_SECONDS
        )
        failpoint(Point.STREAMS_AFTER_ADD)
        try:
            return await self._await_reply(subscriber, batch)
        finally:
            with suppress(RedisUnavailable):
                await self._redis.wait_for(self._redis.client.xdel(stream, entry), SEND_SECONDS)

    async def _await_reply(self, subscriber: str, batch: str) -> Reply:
        waited = self._redis.client.blpop([reply_key(self._redis, batch)], timeout=SEND_SECONDS)
        taken = await self._redis.wait_for(waited, SEND_SECONDS)
        if taken is None:
            raise TimeoutError(f"no reply within {SEND_SECONDS:.0f} s")
        seal, _, content = taken[1].partition(b"\n")
        if self._tokens.unseal(seal, batch, content) != subscriber:
            raise Unauthenticated("The reply is another service's.")
        return Reply.model_validate_json(content)

    async def close(self) -> None:
        """Do nothing: this transport owns no resources."""


class StreamSubscriber:
    """Receives events for this service; its processes share one stream."""

    def __init__(
        self,
        settings: ServiceSettings,
        redis: Redis,
        tokens: ServiceTokens,
        database: Database,
        subscriptions: Subscriptions,
    ) -> None:
        self._max_bytes = settings.max_body_bytes
        self._redis = redis
        self._stream = stream_of(redis, settings.service)
        self._tokens = tokens
        self._database = database
        self._subscriptions = subscriptions

    async def run(self) -> None:
        """Receive batches until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(WORKERS):
                tasks.create_task(self._serve())

    async def _serve(self) -> None:
        while True:
            try:
                await self._join()
                while True:
                    await self._take()
            except RedisUnavailable as error:
                log.warning("no events from redis", error=str(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _join(self) -> None:
        """Create the stream and its group where Redis does not have them, starting with the first batch in it."""
        made = self._redis.client.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
        try:
            await self._redis.wait_for(made, SEND_SECONDS)
        except RedisUnavailable as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def _take(self) -> None:
        """Wait for a batch, apply it, reply."""
        read = self._redis.client.xreadgroup(
            GROUP, CONSUMER, {self._stream: ">"}, count=1, block=int(BLOCK_SECONDS * 1000), noack=True
        )
        for _, entries in await self._redis.wait_for(read, BLOCK_SECONDS + SEND_SECONDS) or ():
            for _, fields in entries:
                await self._handle(fields)

    async def _handle(self, fields: dict[bytes, bytes]) -> None:
        try:
            batch, content = fields[b"batch"].decode(), fields[b"events"]
            sender = self._tokens.unseal(fields[b"seal"], batch, content)
        except (KeyError, ValueError, Unauthenticated) as error:
            log.warning("a batch of events that nobody vouches for, or too late", error=repr(error))
            return
        failpoint(Point.STREAMS_AFTER_READ)
        reply = (await self._apply(sender, content)).model_dump_json().encode()
        failpoint(Point.STREAMS_BEFORE_REPLY)
        await self._reply(batch, self._tokens.seal(sender, batch, reply).encode() + b"\n" + reply)
        failpoint(Point.STREAMS_AFTER_REPLY)

    async def _apply(self, sender: str, content: bytes) -> Reply:
        if len(content) > self._max_bytes:
            return Reply(refused=f"rejected: {len(content)} bytes are more than {self._max_bytes}")
        try:
            events = EVENTS.validate_json(content)
        except ValidationError as error:
            return Reply(refused=f"rejected: {error.error_count()} faults, {error.errors()[0]['msg']}")
        try:
            delivery = await receive(self._database, self._subscriptions, sender, events)
        except ForeignEvent as error:
            return Reply(refused=f"rejected: {error.detail}")
        return Reply(**delivery.model_dump())

    async def _reply(self, batch: str, reply: bytes) -> None:
        place = reply_key(self._redis, batch)
        pipeline: Any = self._redis.client.pipeline(transaction=True)  # a reply that no one fetches must expire
        pipeline.rpush(place, reply).expire(place, REPLY_SECONDS)
        await self._redis.wait_for(pipeline.execute(), SEND_SECONDS)


def stream_of(redis: Redis, subscriber: str) -> str:
    return redis.key("events", subscriber)


def reply_key(redis: Redis, batch: str) -> str:
    return redis.key("answer", batch)
