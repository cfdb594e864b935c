"""The second level of a cache: shared between processes, never older than a drop, never required."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from edu_common.caching.memory import Cache
from edu_common.caching.second_level import CacheInvalidations, Codec, SecondLevel
from edu_common.redis_client import Redis
from edu_common.testing.redis import RedisServer
from edu_sample.app import ReceiverSettings

BYTES: Codec[bytes] = Codec(lambda value: value, lambda source: source)
TTL = 60.0


class Source:
    """Counts its loads; each returns the value from when it began, once `gate` opens."""

    def __init__(self) -> None:
        self.value = b"old"
        self.loads = 0
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self) -> bytes:
        self.loads += 1
        read = self.value
        self.started.set()
        await self.gate.wait()
        return read


class Process:
    """One process of a service: a connection, cache invalidations, a cache."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.drops = CacheInvalidations(redis, "test")
        self.cache = self._cache()

    def _cache(self, codec: Codec[bytes] = BYTES) -> Cache[bytes]:
        second = SecondLevel(self.drops, "bytes", codec, TTL)
        return Cache("test", "bytes", ttl=TTL, max_bytes=10_000, second=second)

    async def get(self, load: Callable[[], Awaitable[bytes]], group: str = "g", key: object = 1) -> bytes:
        return await self.cache.get(group, key, load)

    def begin_anew(self) -> None:
        """Clear the first level, as in a process that has just started."""
        self.cache.forget_all()


@asynccontextmanager
async def process(settings: ReceiverSettings) -> AsyncGenerator[Process]:
    """Run a process that publishes its drops and receives those of the others."""
    redis = Redis(settings)
    made = Process(redis)
    running = asyncio.create_task(made.drops.run())
    await until(lambda: heard_by(redis))
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await redis.close()


async def heard_by(redis: Redis, at_least: int = 1) -> bool:
    return (await redis.execute("PUBSUB", "NUMSUB", redis.key("test", "drops")))[1] >= at_least


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - asked of another process
            await asyncio.sleep(0.01)


@pytest.fixture
def settings(redis_server: RedisServer, receiver_settings: Callable[..., ReceiverSettings]) -> ReceiverSettings:
    return receiver_settings(redis_url=redis_server.url)


class TestGet:
    async def test_what_one_process_loaded_another_finds(self, settings: ReceiverSettings) -> None:
        source = Source()
        async with process(settings) as one, process(settings) as other:
            assert [await one.get(source.load), await other.get(source.load)] == [b"old"] * 2
        assert source.loads == 1

    async def test_groups_and_keys_are_told_apart(self, settings: ReceiverSettings) -> None:
        async with process(settings) as one:
            for group, key in (("g", 1), ("g", "1"), ("h", 1), ("g", (1,))):
                source = Source()
                await one.get(source.load, group, key)
                assert source.loads == 1

    async def test_a_taken_over_value_lives_no_longer_for_it(self, settings: ReceiverSettings) -> None:
        source = Source()
        async with process(settings) as one, process(settings) as other:
            await one.get(source.load)
            for key in await one.redis.execute("KEYS", one.redis.key("test", "bytes", "*")):
                if b"generation" not in key:
                    await one.redis.execute("PEXPIRE", key, 1500)
            second = other.cache._second  # pyright: ignore[reportPrivateUsage] - told to the first level alone
            assert second
            assert (await second.get("g", 1, source.load))[1] <= 1.5

    async def test_both_levels_are_counted_apart(self, settings: ReceiverSettings) -> None:
        from prometheus_client import REGISTRY

        def counted(cache: str, result: str) -> float:
            labels = {"service": "test", "cache": cache, "result": result}
            return REGISTRY.get_sample_value("cache_requests_total", labels) or 0

        places = [(cache, result) for cache in ("bytes", "bytes-redis") for result in ("hit", "miss")]
        before = [counted(*place) for place in places]
        source = Source()
        async with process(settings) as one, process(settings) as other:
            await one.get(source.load)  # misses twice
            await one.get(source.load)  # hits the first level
            await other.get(source.load)  # misses the first and hits the second
        assert [counted(*place) - was for place, was in zip(places, before, strict=True)] == [1, 2, 1, 1]

    @pytest.mark.parametrize("kept", [b"", b"nonsense", b"\xff" * 100])
    async def test_what_nobody_can_read_is_as_if_it_were_not_there(
        self, settings: ReceiverSettings, kept: bytes
    ) -> None:
        source = Source()
        async with process(settings) as one:
            await one.get(source.load)
            one.begin_anew()
            for key in await one.redis.execute("KEYS", one.redis.key("test", "bytes", "*")):
                if b"generation" not in key:
                    await one.redis.execute("SET", key, kept)
            assert await one.get(source.load) == b"old"
        assert source.loads == 2

    async def test_a_failing_load_is_not_kept(self, settings: ReceiverSettings) -> None:
        async def fail() -> bytes:
            raise LookupError

        async with process(settings) as one:
            with pytest.raises(LookupError):
                await one.get(fail)
            assert await one.get(Source().load) == b"old"


class TestDrop:
    async def test_reaches_the_other_processes(self, settings: ReceiverSettings) -> None:
        source = Source()
        async with process(settings) as one, process(settings) as other:
            await until(lambda: heard_by(one.redis, 2))
            for each in (one, other):
                await each.get(source.load)
                await each.get(source.load, "other group")
            source.value = b"new"
            one.cache.drop("g")
            assert await one.get(source.load) == b"new"

            async def is_new() -> bool:
                return await other.get(source.load) == b"new"

            await until(is_new)
            assert await other.get(source.load, "other group") == b"old"

    async def test_who_dropped_never_sees_the_old_again(self, redis: Redis) -> None:
        """Even before the drop reaches Redis, which still has the old value."""
        source, process = Source(), Process(redis)
        await process.get(source.load)
        source.value = b"new"
        process.cache.drop("g")
        assert not await gone(process)
        assert await process.get(source.load) == b"new"

    @pytest.mark.parametrize("told", [True, False])
    async def test_a_load_that_began_before_is_kept_for_nobody(self, settings: ReceiverSettings, told: bool) -> None:
        """One process loads slowly while another writes and drops, whether the first receives the message or not."""
        slow = Source()
        slow.gate.clear()
        async with process(settings) as writer, process(settings) as loader, process(settings) as third:
            await until(lambda: heard_by(writer.redis, 3))
            early = asyncio.create_task(loader.get(slow.load))
            await slow.started.wait()
            if not told:
                loader.cache.forget = lambda group: None  # the message is lost
            slow.value = b"new"
            writer.cache.drop("g")
            await until(lambda: gone(writer))
            slow.gate.set()
            assert await early == b"old"
            assert await third.get(slow.load) == b"new"
            assert await writer.get(slow.load) == b"new"
            assert await loader.get(slow.load) == (b"new" if told else b"old")

    async def test_writers_and_readers_at_random(self, settings: ReceiverSettings) -> None:
        """After its own drop a process never returns an older value; in the end all processes have the last one."""
        stored = [0]

        async def load() -> bytes:
            read = stored[0]
            await asyncio.sleep(0.001)
            return b"%d" % read

        async with process(settings) as one, process(settings) as other:

            async def write(by: Process) -> None:
                for _ in range(60):
                    stored[0] += 1
                    written = stored[0]
                    by.cache.drop("g")
                    assert int(await by.get(load)) >= written
                    await asyncio.sleep(0.002)

            await asyncio.gather(write(one), write(other), write(one))
            last = b"%d" % stored[0]

            async def all_have_the_last() -> bool:
                return [await one.get(load), await other.get(load)] == [last, last]

            await until(all_have_the_last)


async def gone(process: Process) -> bool:
    return await process.redis.execute("GET", process.drops.generation("bytes", "g")) is None


class TestWithoutRedis:
    async def test_the_first_level_works_alone(self, settings: ReceiverSettings, redis_server: RedisServer) -> None:
        source = Source()
        async with process(settings) as one:
            redis_server.kill()
            for _ in range(3):
                assert await one.get(source.load) == b"old"
            source.value = b"new"
            one.cache.drop("g")
            assert await one.get(source.load) == b"new"
        assert source.loads == 2

    async def test_a_drop_while_redis_hangs_is_told_when_it_is_back(
        self, settings: ReceiverSettings, redis_server: RedisServer
    ) -> None:
        source = Source()
        async with process(settings) as one, process(settings) as other:
            await until(lambda: heard_by(one.redis, 2))
            await one.get(source.load)
            redis_server.freeze()
            source.value = b"new"
            one.cache.drop("g")
            assert await one.get(source.load) == b"new"
            redis_server.thaw()
            await one.redis.back()
            await until(lambda: gone(one))
            other.begin_anew()
            assert await other.get(source.load) == b"new"

    async def test_one_that_forgot_everything(self, settings: ReceiverSettings, redis_server: RedisServer) -> None:
        source = Source()
        source.gate.clear()
        async with process(settings) as one, process(settings) as other:
            slow = asyncio.create_task(one.get(source.load))
            await source.started.wait()
            redis_server.flush()
            source.value = b"new"
            one.cache.drop("g")
            source.gate.set()
            assert await slow == b"old"
            assert await other.get(source.load) == b"new"

    async def test_what_was_dropped_while_nobody_listened_is_not_believed(
        self, settings: ReceiverSettings, redis_server: RedisServer
    ) -> None:
        source = Source()
        async with process(settings) as one, process(settings) as other:
            await until(lambda: heard_by(one.redis, 2))
            await other.get(source.load)
            redis_server.kill()
            redis_server.start()
            source.value = b"new"

            async def is_new() -> bool:
                return await other.get(source.load) == b"new"

            await until(is_new)
