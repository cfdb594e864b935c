"""Rate limits whose counts processes share."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from subprocess import Popen

import httpx2
import pytest
from fastapi import FastAPI

from edu_common.redis_client import Redis
from edu_common.testing.redis import RedisServer
from edu_common.web.rate_limit_counts import RedisCounts
from edu_common.web.rate_limits import Rate
from edu_sample.app import ReceiverSettings, create_receiver

Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]]
Settings = Callable[..., ReceiverSettings]
THING = {"name": "a"}


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - asked of another process
            await asyncio.sleep(0.05)


class TestHit:
    async def test_never_more_than_the_quota_however_many_ask(self, redis: Redis) -> None:
        counts = RedisCounts(redis, "test"), RedisCounts(redis, "test")
        rate = Rate(20, 86400)
        verdicts = await asyncio.gather(*(counts[i % 2].hit("someone", rate) for i in range(100)))
        assert sum(verdict.allowed for verdict in verdicts) == 20
        assert {verdict.remaining for verdict in verdicts} == set(range(20))

    async def test_each_key_and_service_for_itself(self, redis: Redis) -> None:
        rate = Rate(1, 86400)
        for service, key in (("a", "x"), ("a", "y"), ("b", "x")):
            counts = RedisCounts(redis, service)
            assert (await counts.hit(key, rate)).allowed
            assert not (await counts.hit(key, rate)).allowed

    async def test_who_comes_back_when_told_is_let_in(self, redis: Redis) -> None:
        counts, rate = RedisCounts(redis, "test"), Rate(2, 1)
        refused = 0
        for _ in range(12):
            verdict = await counts.hit("someone", rate)
            if not verdict.allowed:
                refused += 1
                await asyncio.sleep(verdict.reset_seconds)
                assert (await counts.hit("someone", rate)).allowed
        assert refused

    async def test_the_window_before_counts_for_the_part_within_reach(self, redis: Redis) -> None:
        """Half of the previous hour counts when half of this one is over, whenever the test runs."""
        counts, rate = RedisCounts(redis, "test"), Rate(1000, 3600)
        now = int((await redis.execute("TIME"))[0])
        start = now - now % 3600
        key = redis.key("test", "requests", "someone")
        await redis.execute("HSET", key, "start", start - 3600, "current", 1000, "previous", 7)
        verdict = await counts.hit("someone", rate)
        gone = (now - start) / 3600
        assert verdict.allowed or gone < 0.002
        assert verdict.remaining == pytest.approx(1000 * gone, abs=3)
        await redis.execute("HSET", key, "start", start - 7200)
        assert (await counts.hit("someone", rate)).remaining == 999

    async def test_who_stays_away_is_forgotten(self, redis: Redis) -> None:
        await RedisCounts(redis, "test").hit("someone", Rate(5, 60))
        assert 0 < await redis.execute("TTL", redis.key("test", "requests", "someone")) <= 120


class TestTwoProcesses:
    async def test_count_together(
        self,
        launch: Callable[..., "Popen[bytes]"],
        receiver_settings: Settings,
        redis_server: RedisServer,
    ) -> None:
        processes: list[Popen[bytes]] = []
        clients: list[httpx2.AsyncClient] = []
        for _ in range(2):
            settings = receiver_settings(redis_url=redis_server.url)
            processes.append(launch("receiver", "serve", settings))
            clients.append(httpx2.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False))
        try:
            for client in clients:
                await until(lambda client=client: _answers(client))
            answers = [(await clients[i % 2].post("/things", json=THING)).status_code for i in range(5)]
        finally:
            for process in processes:
                process.terminate()
                await asyncio.to_thread(process.wait, 60)
        assert answers == [201, 201, 201, 429, 429]


async def _answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).is_success
    except httpx2.TransportError:
        return False


class TestWithoutRedis:
    async def limited(self, client: httpx2.AsyncClient) -> list[int]:
        return [(await client.post("/things", json=THING)).status_code for _ in range(4)]

    async def test_a_process_counts_for_itself_and_tells_of_it(
        self, serve: Serve, receiver_settings: Settings, redis_server: RedisServer
    ) -> None:
        redis_server.kill()
        async with serve(
            create_receiver(receiver_settings(rate_limits="standard", redis_url=redis_server.url))
        ) as client:
            assert await self.limited(client) == [201, 201, 201, 429]
            assert 'redis_up{service="enrollment"} 0.0' in (await client.get("/metrics")).text

    async def test_one_that_hangs_then_comes_back(
        self, serve: Serve, receiver_settings: Settings, redis_server: RedisServer
    ) -> None:
        settings = receiver_settings(rate_limits="standard", redis_url=redis_server.url)
        async with serve(create_receiver(settings)) as client:
            assert await self.limited(client) == [201, 201, 201, 429]
            redis_server.freeze()
            assert await self.limited(client) == [201, 201, 201, 429]
            redis_server.thaw()

            async def is_refused() -> bool:
                return (await client.post("/things", json=THING)).status_code == 429

            await until(is_refused)

    async def test_one_that_forgot_everything(
        self, serve: Serve, receiver_settings: Settings, redis_server: RedisServer
    ) -> None:
        settings = receiver_settings(rate_limits="standard", redis_url=redis_server.url)
        async with serve(create_receiver(settings)) as client:
            assert await self.limited(client) == [201, 201, 201, 429]
            redis_server.flush()
            assert await self.limited(client) == [201, 201, 201, 429]
