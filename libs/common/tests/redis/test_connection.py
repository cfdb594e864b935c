"""The cost of an unavailable Redis."""

import asyncio
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from edu_common.redis_client import Redis, RedisUnavailable
from edu_common.testing.redis import RedisServer
from edu_sample.app import ReceiverSettings

UNKNOWN = "redis://127.0.0.1:1/0"


async def until_back(redis: Redis) -> None:
    async with asyncio.timeout(30):
        await redis.back()


class TestSettings:
    @pytest.mark.parametrize("url", ["localhost:6379", "http://redis", "redis:6379"])
    def test_what_is_no_address(self, receiver_settings: Callable[..., ReceiverSettings], url: str) -> None:
        with pytest.raises(ValidationError, match="must look like redis://"):
            receiver_settings(redis_url=url)

    def test_the_address_is_a_secret(self, receiver_settings: Callable[..., ReceiverSettings]) -> None:
        assert "hunter2" not in repr(receiver_settings(redis_url="redis://:hunter2@127.0.0.1:6379/0"))


class TestAsk:
    async def test_answers(self, redis: Redis) -> None:
        assert await redis.execute("SET", "a", "1") in (True, b"OK")
        assert await redis.execute_all(("GET", "a"), ("GET", "b")) == [b"1", None]

    async def test_many_at_once(self, redis: Redis) -> None:
        answers = await asyncio.gather(*(redis.execute("INCR", "n") for _ in range(500)))
        assert sorted(answers) == list(range(1, 501))

    async def test_nobody_there(self, receiver_settings: Callable[..., ReceiverSettings]) -> None:
        redis = Redis(receiver_settings(redis_url=UNKNOWN))
        with pytest.raises(RedisUnavailable):
            await redis.execute("PING")
        await redis.close()

    async def test_a_refusal_concerns_who_asked_alone(self, redis: Redis) -> None:
        wrong, right = await asyncio.gather(
            redis.execute_all(("SET", "a", "1"), ("HGET", "a", "b")), redis.execute("GET", "a"), return_exceptions=True
        )
        assert isinstance(wrong, RedisUnavailable)
        assert "WRONGTYPE" in str(wrong)
        assert right == b"1"

    async def test_one_who_leaves_does_not_disturb_the_others(self, redis: Redis) -> None:
        leaver, stayer = (asyncio.create_task(redis.execute("INCR", "n")) for _ in range(2))
        await asyncio.sleep(0)
        leaver.cancel()
        assert await stayer == 2


class TestCircuit:
    async def test_a_hanging_redis_costs_one_moment_and_then_nothing(
        self, redis: Redis, redis_server: RedisServer
    ) -> None:
        await redis.execute("PING")
        redis_server.freeze()
        with pytest.raises(RedisUnavailable):
            await redis.execute("PING")
        for _ in range(200):
            with pytest.raises(RedisUnavailable, match="known to be away"):
                await redis.execute("PING")
        redis_server.thaw()
        await until_back(redis)
        await redis.execute("PING")

    async def test_all_who_ask_a_hanging_redis_go_on_at_the_same_time(
        self, redis: Redis, redis_server: RedisServer
    ) -> None:
        redis_server.freeze()
        answers = await asyncio.gather(*(redis.execute("PING") for _ in range(300)), return_exceptions=True)
        assert {type(answer) for answer in answers} == {RedisUnavailable}

    async def test_one_that_was_killed_is_found_again(self, redis: Redis, redis_server: RedisServer) -> None:
        await redis.execute("SET", "a", "1")
        redis_server.kill()
        with pytest.raises(RedisUnavailable):
            await redis.execute("GET", "a")
        redis_server.start()
        await until_back(redis)
        assert await redis.execute("GET", "a") is None


class TestKey:
    def test_platforms_that_share_one_redis_do_not_meet(
        self, receiver_settings: Callable[..., ReceiverSettings]
    ) -> None:
        secrets = ("x" * 32, "y" * 32, "x" * 32)
        keys = [Redis(receiver_settings(redis_url=UNKNOWN, platform_secret=secret)).key("a", "b") for secret in secrets]
        assert keys[0] == keys[2] != keys[1]
        assert "xxxx" not in keys[0]
