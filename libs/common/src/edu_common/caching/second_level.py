"""The second level of a cache, shared by processes; `edu_common.caching.memory` is the first.

Each group has a generation, a random value in Redis. An entry is stored with the generation that was read before its
load began, and is valid only while the group still has that generation. Dropping a group deletes its generation: a load
that began earlier stores an entry that no one will read. Every process is notified of a drop and drops its own copies.

Staleness: a process that dropped a group returns new values at once, and the others as soon as the message arrives. If
Redis was lost in between, an old value may be returned until its time to live is over. That counts from the load, not
from the moment at which another process copied the value.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, Protocol, TypeVar

import orjson
import structlog

from edu_common import __version__
from edu_common.observability import metrics
from edu_common.redis_client import Redis, RedisUnavailable

log = structlog.get_logger(__name__)

ValueT = TypeVar("ValueT")
Drop = tuple[str, str]
"""The name of a cache and of a group in it."""

GENERATION_BYTES = 16
GENERATION_SECONDS = 3600
REMEMBERED_SECONDS = 360.0
"""Seconds for which a drop that could not be sent to Redis matters: longer than any value lives."""

QUIET_SECONDS = 5.0
PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Codec(Generic[ValueT]):
    """Converts a value to bytes and back.

    `decode` raises `ValueError`, `KeyError` or `TypeError` for bytes that `encode` did not make.
    """

    encode: Callable[[ValueT], bytes]
    decode: Callable[[bytes], ValueT]


class FirstLevel(Protocol):
    def forget(self, group: str) -> None: ...
    def forget_all(self) -> None: ...


class CacheInvalidations:
    """Publishes the drops of this process to the other processes of the service, and receives theirs."""

    def __init__(self, redis: Redis, service: str) -> None:
        self.redis = redis
        self.service = service
        self._channel = redis.key(service, "drops")
        self._caches: dict[str, FirstLevel] = {}
        self._owed: dict[Drop, float] = {}
        self._wake = asyncio.Event()

    def join(self, name: str, cache: FirstLevel) -> None:
        self._caches[name] = cache

    def publish(self, name: str, group: str) -> None:
        self._owed[name, group] = time.monotonic()
        self._wake.set()

    def owes(self, name: str, group: str) -> bool:
        """Return whether Redis may still have values that were dropped here."""
        return (name, group) in self._owed

    async def run(self) -> None:
        """Publish and receive until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send())
            tasks.create_task(self._listen())

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            owed = dict(self._owed)
            try:
                await self.redis.execute_all(*(step for drop in owed for step in self._steps(*drop)))
            except RedisUnavailable:
                owed = {drop: at for drop, at in owed.items() if at < time.monotonic() - REMEMBERED_SECONDS}
                await self.redis.back()
                self._wake.set()
            for drop, at in owed.items():
                if self._owed[drop] == at:  # otherwise it was dropped again meanwhile
                    del self._owed[drop]

    def _steps(self, name: str, group: str) -> list[tuple[str | bytes, ...]]:
        return [("DEL", self.generation(name, group)), ("PUBLISH", self._channel, orjson.dumps([name, group]))]

    def generation(self, name: str, group: str) -> str:
        """Return the Redis key of a group's generation."""
        return self.redis.key(self.service, name, "generation", group)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except RedisUnavailable as error:
                log.warning("invalidations of other processes are not received", error=str(error))
            await asyncio.sleep(PAUSE_SECONDS)
            await self.redis.back()

    async def _hear(self) -> None:
        """Read the channel until the connection fails; ping when it is silent."""
        subscription = self.redis.client.pubsub()
        try:
            await self.redis.wait_for(subscription.subscribe(self._channel), QUIET_SECONDS)
            pinged = False
            while True:
                message = await self.redis.wait_for(subscription.get_message(timeout=QUIET_SECONDS), 2 * QUIET_SECONDS)
                if message:
                    self._take(message)
                elif pinged:
                    raise RedisUnavailable("silent")
                else:
                    await self.redis.wait_for(subscription.ping(), QUIET_SECONDS)
                pinged = message is None
        finally:
            await subscription.aclose()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":  # drops before this moment were not received
            for cache in self._caches.values():
                cache.forget_all()
        elif message["type"] == "message":
            name, group = orjson.loads(message["data"])
            if name in self._caches:
                self._caches[name].forget(group)


class SecondLevel(Generic[ValueT]):
    """The values of one cache in Redis, kept for `ttl` seconds."""

    def __init__(self, drops: CacheInvalidations, name: str, codec: Codec[ValueT], ttl: float) -> None:
        self._drops = drops
        self._redis = drops.redis
        self._name = name
        self._codec = codec
        self._ttl = ttl
        self._hits = metrics.CACHE_REQUESTS.labels(drops.service, f"{name}-redis", "hit")
        self._misses = metrics.CACHE_REQUESTS.labels(drops.service, f"{name}-redis", "miss")

    def join(self, cache: FirstLevel) -> None:
        """Have `cache` drop what other processes drop."""
        self._drops.join(self._name, cache)

    def drop(self, group: str) -> None:
        self._drops.publish(self._name, group)

    async def get(self, group: str, key: Hashable, load: Callable[[], Awaitable[ValueT]]) -> tuple[ValueT, float]:
        """Return the value, loading it on a miss, and for how many more seconds it may be kept."""
        if self._drops.owes(self._name, group):
            return await load(), self._ttl
        place = self._place(group, key)
        try:
            generation, kept, left = await self._look(group, place)
        except RedisUnavailable:
            return await load(), self._ttl
        value = self._read(generation, kept)
        if value is not None:
            self._hits.inc()
            return value[0], left
        self._misses.inc()
        loaded = await load()
        await self._keep(place, generation, loaded)
        return loaded, self._ttl

    def _place(self, group: str, key: Hashable) -> str:
        """Return the Redis key of a value.

        It contains the release, since another release may encode values differently; the generations are shared.
        """
        return self._redis.key(
            self._drops.service, self._name, __version__, blake2b(repr((group, key)).encode()).hexdigest()[:40]
        )

    async def _look(self, group: str, place: str) -> tuple[bytes, bytes, float]:
        """Return the group's generation, created if missing, the bytes at `place`, and their remaining seconds."""
        name = self._drops.generation(self._name, group)
        begin = ("SET", name, os.urandom(GENERATION_BYTES), "EX", GENERATION_SECONDS, "NX")
        results = await self._redis.execute_all(begin, ("GET", name), ("GET", place), ("PTTL", place))
        return results[1] or b"", results[2] or b"", results[3] / 1000

    def _read(self, generation: bytes, kept: bytes) -> tuple[ValueT] | None:
        """Return the value in a tuple, since it may be None; return None for what is stale or cannot be decoded."""
        if not generation or not kept.startswith(generation):
            return None
        try:
            return (self._codec.decode(kept[GENERATION_BYTES:]),)
        except (ValueError, KeyError, TypeError):
            return None

    async def _keep(self, place: str, generation: bytes, value: ValueT) -> None:
        with suppress(RedisUnavailable):
            await self._redis.execute("SET", place, generation + self._codec.encode(value), "PX", int(self._ttl * 1000))
