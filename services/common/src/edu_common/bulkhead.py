"""A bulkhead: what is slow may fill its own part of what all share, never all of it."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy.exc import TimeoutError as PoolTimeout

from edu_common.backlog import Patience
from edu_common.settings import ServiceSettings


class Bulkhead:
    """So many places; who finds none free waits in turn, as long as for a connection of the pool."""

    def __init__(self, settings: ServiceSettings, places: int) -> None:
        self._free = asyncio.Semaphore(places)
        self._patience = Patience(settings.max_standing_wait, settings.db_pool_timeout)

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        """Hold a place; raises `sqlalchemy.exc.TimeoutError`, which clients see as 503, when none becomes free."""
        await self._enter()
        try:
            yield
        finally:
            self._free.release()

    async def _enter(self) -> None:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._patience.seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise PoolTimeout("All places are taken.") from error
        finally:
            self._patience.note(time.perf_counter() - started)
