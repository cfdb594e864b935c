"""Everything that load tests ask, asked of the real platform: nothing of it may be refused."""

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
from edu_loadtest.open_loop.crowd import Crowd, Sizes, gather_crowd, mix_of
from edu_loadtest.request import Request

ASKED_EACH = 5
AT_ONCE = 4


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with temporary_platform(replace(QUICK, seed="small")) as platform:
        yield platform


async def test_no_request_of_the_mix_is_refused(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEED_SIZE", "small")
    client = Client(platform.url)
    crowd = await gather_crowd(client, Sizes(students=20, teachers=20, courses=200), print)

    exchanges = await _ask_all(client, [*_operations(crowd), *_tasks(crowd)])

    await client.close()
    errors = Counter((exchange.request.name, exchange.error) for exchange in exchanges if exchange.error)
    assert not errors
    assert {exchange.status for exchange in exchanges} >= {200, 201}


def _operations(crowd: Crowd) -> Iterator[Request]:
    for name in mix.OPERATIONS:
        yield from islice(mix_of(crowd, {name: 1}), ASKED_EACH)


def _tasks(crowd: Crowd) -> Iterator[Request]:
    for profile in mix.PROFILES:
        for task in profile.tasks:
            for _ in range(ASKED_EACH):
                yield from mix.requests_of(crowd.visit(profile), task)


async def _ask_all(client: Client, requests: list[Request]) -> list[Exchange]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(request: Request) -> Exchange:
        async with turn:
            return await client.ask(request)

    return await asyncio.gather(*(ask(request) for request in requests))
