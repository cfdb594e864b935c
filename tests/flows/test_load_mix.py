"""Every request of the load tests, sent to the real platform: none may fail."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest

from edu_cli.devserver.platform import Platform
from edu_cli.devserver.testing import QUICK, temporary_platform
from edu_loadtest import mix
from edu_loadtest.open_loop.client import Client, Exchange
from edu_loadtest.open_loop.virtual_users import Counts, VirtualUsers, mix_of, sign_in_users
from edu_loadtest.request import Request

REPETITIONS = 5
CONCURRENCY = 4


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with temporary_platform(replace(QUICK, seed="small")) as platform:
        yield platform


async def test_no_request_of_the_mix_fails(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEED_SIZE", "small")
    client = Client(platform.url)
    users = await sign_in_users(client, Counts(students=20, teachers=20, courses=200), print)

    exchanges = await _fetch_all(client, [*_operations(users), *_tasks(users)])

    await client.close()
    errors = Counter((exchange.request.name, exchange.error) for exchange in exchanges if exchange.error)
    assert not errors
    assert {exchange.status for exchange in exchanges} >= {200, 201}


def _operations(users: VirtualUsers) -> Iterator[Request]:
    for name in mix.OPERATIONS:
        yield from islice(mix_of(users, {name: 1}), REPETITIONS)


def _tasks(users: VirtualUsers) -> Iterator[Request]:
    for profile in mix.PROFILES:
        for task in profile.tasks:
            for _ in range(REPETITIONS):
                yield from mix.requests_of(users.new_session(profile), task)


async def _fetch_all(client: Client, requests: list[Request]) -> list[Exchange]:
    slots = asyncio.Semaphore(CONCURRENCY)

    async def fetch(request: Request) -> Exchange:
        async with slots:
            return await client.fetch(request)

    return await asyncio.gather(*(fetch(request) for request in requests))
