"""What is slow has its own places, and waits for them no longer than for a connection of the pool."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from edu_common.bulkhead import Bulkhead
from edu_common.settings import ServiceSettings

Settings = Callable[..., ServiceSettings]
PLACES = 2


class Visitors:
    """Hold places until they may leave."""

    def __init__(self, bulkhead: Bulkhead) -> None:
        self._bulkhead = bulkhead
        self._may_leave = asyncio.Event()
        self.full = asyncio.Event()
        self.inside = self.served = self.most = 0

    async def visit(self) -> None:
        async with self._bulkhead.place():
            self.inside += 1
            self.most = max(self.most, self.inside)
            if self.inside == PLACES:
                self.full.set()
            await self._may_leave.wait()
            self.inside -= 1
            self.served += 1

    def leave(self) -> None:
        self._may_leave.set()


async def test_so_many_at_once_and_all_in_the_end(receiver_settings: Settings) -> None:
    visitors = Visitors(Bulkhead(receiver_settings(), PLACES))
    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(visitors.visit())
        await visitors.full.wait()
        visitors.leave()

    assert visitors.most == PLACES
    assert visitors.served == 5


async def test_who_waits_in_vain_is_told_and_takes_nobodys_place(receiver_settings: Settings) -> None:
    bulkhead = Bulkhead(receiver_settings(db_pool_timeout=0.05), PLACES)
    visitors = Visitors(bulkhead)
    first = [asyncio.create_task(visitors.visit()) for _ in range(PLACES)]
    await visitors.full.wait()

    with pytest.raises(PoolTimeout):
        await visitors.visit()

    leaving = asyncio.create_task(visitors.visit())
    await asyncio.sleep(0)
    leaving.cancel()
    visitors.leave()
    await asyncio.gather(*first)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(PLACES):
            tasks.create_task(visitors.visit())
    assert visitors.served == 2 * PLACES
