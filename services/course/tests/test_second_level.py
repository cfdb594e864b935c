"""CACHE=redis: replicas return the same soon after a write, whatever happens to Redis."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI

from edu_common.settings import Misconfigured
from edu_common.testing.app import client_of, running
from edu_common.testing.redis import RedisServer
from edu_common.testing.tokens import Signer
from edu_course.app import create
from edu_course.context import SHOWN, CourseContext
from edu_course.settings import CourseSettings

from .conftest import Author

Replicas = list[httpx2.AsyncClient]


def using(settings: CourseSettings, redis_url: str) -> CourseSettings:
    return CourseSettings.model_validate(
        settings.model_dump() | {"cache": "redis", "redis_url": redis_url, "redis_timeout": 2}
    )


@pytest.fixture
def apps(settings: CourseSettings, redis_server: RedisServer) -> list[FastAPI]:
    return [create(using(settings, redis_server.url)) for _ in range(2)]


@pytest_asyncio.fixture
async def replicas(client: httpx2.AsyncClient, apps: list[FastAPI], signer: Signer) -> AsyncGenerator[Replicas]:
    """Start two replicas that receive each other's cache invalidations."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client_of(app)) for app in apps]
        for app in apps:
            await stack.enter_async_context(running(app, signer))
        runtime: CourseContext = apps[0].state.runtime
        assert runtime.redis
        channel = runtime.redis.key("course", "drops")
        async with asyncio.timeout(60):
            while (await runtime.redis.execute("PUBSUB", "NUMSUB", channel))[1] < len(apps):  # noqa: ASYNC110 - as told
                await asyncio.sleep(0.01)
        yield clients


async def until_shown(
    replica: httpx2.AsyncClient, path: str, is_right: Callable[[Any], bool], within: float = 30
) -> None:
    async with asyncio.timeout(within):
        while not is_right((await replica.get(path)).json()):  # noqa: ASYNC110 - a replica can only be asked
            await asyncio.sleep(0.01)


def test_without_a_redis_it_does_not_start(settings: CourseSettings) -> None:
    with pytest.raises(Misconfigured, match="CACHE=redis needs REDIS_URL"):
        create(using(settings, ""))


async def test_a_write_at_one_replica_is_shown_by_the_other(
    replicas: Replicas, settings: CourseSettings, signer: Signer
) -> None:
    author = Author(replicas[0], signer)
    course = await author.published(title="Before")
    paths = [f"/courses/{course['id']}", f"/courses/{course['slug']}", f"/courses/{course['id']}/curriculum"]
    for replica in replicas:
        for path in (*paths, "/courses", "/categories"):
            assert (await replica.get(path)).status_code == 200
    await author.send("PUT", f"/courses/{course['id']}", {"title": "After"})
    within = settings.cache_seconds - 1  # so that the drop makes it right, and not its expiry
    for replica in replicas:
        await until_shown(replica, paths[0], lambda shown: shown["title"] == "After", within)
        await until_shown(replica, paths[2], lambda shown: shown["course"]["title"] == "After")
        await until_shown(replica, "/courses", lambda shown: [item["title"] for item in shown["items"]] == ["After"])


async def test_an_answer_is_the_same_from_either_level(
    replicas: Replicas, apps: list[FastAPI], signer: Signer, student: Mapping[str, str]
) -> None:
    course = await Author(replicas[0], signer).published()
    first, second = [await replica.get(f"/courses/{course['id']}", headers=student) for replica in replicas]
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])
    kept = await replicas[1].get(f"/courses/{course['id']}", headers={"If-None-Match": first.headers["etag"]})
    assert kept.status_code == 304


async def test_a_draft_stays_hidden(replicas: Replicas, signer: Signer) -> None:
    course = await Author(replicas[0], signer).course()
    for replica in (*replicas, *replicas):
        assert (await replica.get(f"/courses/{course['id']}")).status_code == 404


@pytest.mark.parametrize("disaster", ["kill", "freeze", "flush"])
async def test_redis_is_lost(replicas: Replicas, signer: Signer, redis_server: RedisServer, disaster: str) -> None:
    author = Author(replicas[0], signer)
    course = await author.published(title="Before")
    path = f"/courses/{course['id']}"
    assert [(await replica.get(path)).json()["title"] for replica in replicas] == ["Before", "Before"]
    getattr(redis_server, disaster)()
    await author.send("PUT", path, {"title": "After"})
    assert (await replicas[0].get(path)).json()["title"] == "After"
    assert (await replicas[1].get(path)).status_code == 200
    await until_shown(replicas[1], path, lambda shown: shown["title"] == "After")


@pytest.mark.parametrize("source", [b"", b"\n", b"[]\n", b'["a","b","c"]\n"1"\n{}', b"{}", b"\xff\n\n"])
def test_what_is_no_course_is_not_read_as_one(source: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        SHOWN.decode(source)
