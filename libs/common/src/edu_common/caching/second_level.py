"""The second level of a cache, which processes share; `edu_common.caching.memory` is the first.

Each group has a generation, a random word in Redis. A value is kept with the generation that was read before its load
began, and counts only as long as the group has that generation. To drop a group is to delete its generation: a load
that began before ends with a value that nobody will ever see. Every process hears of a drop and drops its own copies.

How old an answer can be: a process that was told of a write, and every process a message's way later, answers with what
was written. Where Redis was lost in between, an older answer is seen until its time to live is over, which counts from
the load and not from the moment that another process took it over.
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
from edu_common.redis_client import Redis, RedisAway

log = structlog.get_logger(__name__)

ValueT = TypeVar("ValueT")
Drop = tuple[str, str]
"""A cache's name and a group's."""

GENERATION_BYTES = 16
GENERATION_SECONDS = 3600
REMEMBERED_SECONDS = 360.0
"""How long a drop that Redis was not told of matters: longer than any value lives."""

QUIET_SECONDS = 5.0
PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Codec(Generic[ValueT]):
    """A value as bytes. `decode` raises `ValueError`, `KeyError` or `TypeError` for what `encode` did not make."""

    encode: Callable[[ValueT], bytes]
    decode: Callable[[bytes], ValueT]


class FirstLevel(Protocol):
    def forget(self, group: str) -> None: ...
    def forget_all(self) -> None: ...


class CacheInvalidations:
    """Tells the other processes of a service what was dropped, and hears it from them."""

    def __init__(self, redis: Redis, service: str) -> None:
        self.redis = redis
        self.service = service
        self._channel = redis.key(service, "drops")
        self._caches: dict[str, FirstLevel] = {}
        self._owed: dict[Drop, float] = {}
        self._wake = asyncio.Event()

    def join(self, name: str, cache: FirstLevel) -> None:
        self._caches[name] = cache

    def tell(self, name: str, group: str) -> None:
        self._owed[name, group] = time.monotonic()
        self._wake.set()

    def owes(self, name: str, group: str) -> bool:
        """Whether Redis may still hold what was dropped here."""
        return (name, group) in self._owed

    async def run(self) -> None:
        """Tell and hear until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send())
            tasks.create_task(self._listen())

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            owed = dict(self._owed)
            try:
                await self.redis.ask_all(*(step for drop in owed for step in self._steps(*drop)))
            except RedisAway:
                owed = {drop: at for drop, at in owed.items() if at < time.monotonic() - REMEMBERED_SECONDS}
                await self.redis.back()
                self._wake.set()
            for drop, at in owed.items():
                if self._owed[drop] == at:  # else it was dropped again meanwhile
                    del self._owed[drop]

    def _steps(self, name: str, group: str) -> list[tuple[str | bytes, ...]]:
        return [("DEL", self.generation(name, group)), ("PUBLISH", self._channel, orjson.dumps([name, group]))]

    def generation(self, name: str, group: str) -> str:
        """The key of a group's generation."""
        return self.redis.key(self.service, name, "generation", group)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except RedisAway as error:
                log.warning("no longer told what others drop", error=str(error))
            await asyncio.sleep(PAUSE_SECONDS)
            await self.redis.back()

    async def _hear(self) -> None:
        """Follow the channel until it breaks; a silent one is asked for a sign of life."""
        subscription = self.redis.client.pubsub()
        try:
            await self.redis.wait_for(subscription.subscribe(self._channel), QUIET_SECONDS)
            asked = False
            while True:
                message = await self.redis.wait_for(subscription.get_message(timeout=QUIET_SECONDS), 2 * QUIET_SECONDS)
                if message:
                    self._take(message)
                elif asked:
                    raise RedisAway("silent")
                else:
                    await self.redis.wait_for(subscription.ping(), QUIET_SECONDS)
                asked = message is None
        finally:
            await subscription.aclose()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":  # what was dropped before this moment nobody told us
            for cache in self._caches.values():
                cache.forget_all()
        elif message["type"] == "message":
            name, group = orjson.loads(message["data"])
            if name in self._caches:
                self._caches[name].forget(group)


class SecondLevel(Generic[ValueT]):
    """One cache's values in Redis, for `ttl` seconds."""

    def __init__(self, drops: CacheInvalidations, name: str, codec: Codec[ValueT], ttl: float) -> None:
        self._drops = drops
        self._redis = drops.redis
        self._name = name
        self._codec = codec
        self._ttl = ttl
        self._hits = metrics.CACHE_REQUESTS.labels(drops.service, f"{name}-redis", "hit")
        self._misses = metrics.CACHE_REQUESTS.labels(drops.service, f"{name}-redis", "miss")

    def join(self, cache: FirstLevel) -> None:
        """Have `cache` forget what others drop."""
        self._drops.join(self._name, cache)

    def drop(self, group: str) -> None:
        self._drops.tell(self._name, group)

    async def get(self, group: str, key: Hashable, load: Callable[[], Awaitable[ValueT]]) -> tuple[ValueT, float]:
        """The value, loaded when it is not there, and for how many seconds more it may be kept."""
        if self._drops.owes(self._name, group):
            return await load(), self._ttl
        place = self._place(group, key)
        try:
            generation, kept, left = await self._look(group, place)
        except RedisAway:
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
        """Another release may write another form: its values lie elsewhere, while it shares the generations."""
        return self._redis.key(
            self._drops.service, self._name, __version__, blake2b(repr((group, key)).encode()).hexdigest()[:40]
        )

    async def _look(self, group: str, place: str) -> tuple[bytes, bytes, float]:
        """The group's generation, begun when there is none, what is kept at `place`, and its seconds to live."""
        name = self._drops.generation(self._name, group)
        begin = ("SET", name, os.urandom(GENERATION_BYTES), "EX", GENERATION_SECONDS, "NX")
        answers = await self._redis.ask_all(begin, ("GET", name), ("GET", place), ("PTTL", place))
        return answers[1] or b"", answers[2] or b"", answers[3] / 1000

    def _read(self, generation: bytes, kept: bytes) -> tuple[ValueT] | None:
        """In a tuple, for a value may be None; what nobody can read is as if it were not there."""
        if not generation or not kept.startswith(generation):
            return None
        try:
            return (self._codec.decode(kept[GENERATION_BYTES:]),)
        except (ValueError, KeyError, TypeError):
            return None

    async def _keep(self, place: str, generation: bytes, value: ValueT) -> None:
        with suppress(RedisAway):
            await self._redis.ask("SET", place, generation + self._codec.encode(value), "PX", int(self._ttl * 1000))
