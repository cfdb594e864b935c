"""Redis as a process of a service sees it."""

from collections.abc import AsyncGenerator, Callable

import pytest_asyncio

from edu_common.redis_client import Redis
from edu_common.testing.redis import RedisServer
from edu_sample.app import ReceiverSettings


@pytest_asyncio.fixture
async def redis(redis_server: RedisServer, receiver_settings: Callable[..., ReceiverSettings]) -> AsyncGenerator[Redis]:
    redis = Redis(receiver_settings(redis_url=redis_server.url))
    yield redis
    await redis.close()
