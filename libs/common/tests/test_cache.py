"""The cache: what it keeps, for how long, and what a write invalidates."""

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable

import pytest

from edu_common.caching.memory import Cache
from edu_common.testing.memory import traced_memory

MAX_BYTES = 500_000


def new_cache(*, ttl: float = 60, max_bytes: int = 100_000, enabled: bool = True) -> Cache[bytes]:
    return Cache("test", "bytes", ttl=ttl, max_bytes=max_bytes, enabled=enabled)


class Source:
    """Counts its loads; each returns the present value, once `gate` opens."""

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


def constant(value: bytes) -> Callable[[], Awaitable[bytes]]:
    async def load() -> bytes:
        return value

    return load


class TestGet:
    async def test_loads_once(self) -> None:
        cache, source = new_cache(), Source()
        assert [await cache.get("g", 1, source.load) for _ in range(3)] == [b"old"] * 3
        assert source.loads == 1

    async def test_loads_once_for_all_who_wait(self) -> None:
        cache, source = new_cache(), Source()
        assert set(await asyncio.gather(*(cache.get("g", 1, source.load) for _ in range(20)))) == {b"old"}
        assert source.loads == 1

    async def test_loads_again_when_the_time_is_over(self) -> None:
        cache, source = new_cache(ttl=0), Source()
        await cache.get("g", 1, source.load)
        await cache.get("g", 1, source.load)
        assert source.loads == 2

    async def test_always_loads_when_disabled(self) -> None:
        cache, source = new_cache(enabled=False), Source()
        await asyncio.gather(*(cache.get("g", 1, source.load) for _ in range(3)))
        assert source.loads == 3

    async def test_a_failure_reaches_all_and_is_not_kept(self) -> None:
        cache = new_cache()

        async def fail() -> bytes:
            raise LookupError

        answers = await asyncio.gather(*(cache.get("g", 1, fail) for _ in range(3)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [LookupError] * 3
        assert await cache.get("g", 1, constant(b"fine")) == b"fine"

    async def test_one_who_leaves_does_not_end_the_load(self) -> None:
        cache, source = new_cache(), Source()
        source.gate.clear()
        leaver = asyncio.create_task(cache.get("g", 1, source.load))
        await source.started.wait()
        stayer = asyncio.create_task(cache.get("g", 1, source.load))
        leaver.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaver
        source.gate.set()
        assert await stayer == b"old"
        assert source.loads == 1


class TestDrop:
    async def test_forgets_the_group_and_no_other(self) -> None:
        cache, source, other = new_cache(), Source(), Source()
        for key in (1, 2):
            await cache.get("g", key, source.load)
        await cache.get("other", 1, other.load)
        cache.drop("g")
        source.value = b"new"
        assert [await cache.get("g", key, source.load) for key in (1, 2)] == [b"new"] * 2
        await cache.get("other", 1, other.load)
        assert other.loads == 1

    async def test_a_load_that_began_before_is_not_kept(self) -> None:
        cache, source = new_cache(), Source()
        source.gate.clear()
        early = asyncio.create_task(cache.get("g", 1, source.load))
        await source.started.wait()
        source.value = b"new"
        cache.drop("g")
        late = asyncio.create_task(cache.get("g", 1, source.load))
        source.gate.set()
        assert (await early, await late) == (b"old", b"new")
        assert await cache.get("g", 1, source.load) == b"new"
        assert source.loads == 2


class TestBound:
    async def test_the_least_recently_used_goes_first(self) -> None:
        value = b"x" * 10_000
        cache = new_cache(max_bytes=25_000)
        for key in (1, 2):
            await cache.get(key, "", constant(value))
        await cache.get(1, "", constant(b"unused"))
        await cache.get(3, "", constant(value))
        assert await cache.get(1, "", constant(b"again")) == value
        assert await cache.get(2, "", constant(b"again")) == b"again"

    async def test_a_value_larger_than_the_bound_is_given_and_not_kept(self) -> None:
        cache = new_cache(max_bytes=1000)
        assert await cache.get("g", 1, constant(b"x" * 1001)) == b"x" * 1001
        assert await cache.get("g", 1, constant(b"small")) == b"small"

    @pytest.mark.parametrize("one_group", [True, False])
    async def test_memory_stays_within_it_whatever_is_requested(self, one_group: bool) -> None:
        """Small values under distinct keys; the keys take more memory than the values."""
        cache = new_cache(max_bytes=MAX_BYTES)

        async def request(first: int) -> None:
            for number in range(first, first + 2_000):
                await cache.get("lists" if one_group else number, ("list", f"q={number}", 20, None), constant(b"{}"))

        with traced_memory() as grown:
            await request(0)
            full = grown()
            await request(2_000)
            assert MAX_BYTES / 2 < full < MAX_BYTES
            assert grown() < full * 1.1

    async def test_what_is_over_goes_though_there_is_room(self) -> None:
        class Value:
            pass

        cache: Cache[Value] = Cache("test", "values", ttl=0, max_bytes=100_000)

        async def load() -> Value:
            return Value()

        first = weakref.ref(await cache.get("g", 1, load))
        await cache.get("g", 2, load)
        gc.collect()
        assert first() is None
