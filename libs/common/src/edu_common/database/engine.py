"""The service's own Postgres: engine, connection pool, units of work."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Set
from contextlib import asynccontextmanager
from math import inf
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError, EmulatedDBAPIException
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from edu_common.database.executor import DRIVER_ERRORS, Row, to_json, translated
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.fault_injection.failpoints import failpoint
from edu_common.observability import metrics
from edu_common.overload import OverloadDetector
from edu_common.request_context import may_be_shed
from edu_common.settings import ServiceSettings

CONNECT_SECONDS = 2.0
PEAK_SECONDS = 5


class RecentPeak:
    """The maximum over the last seconds; a gauge that is only sampled at scrapes would miss it."""

    def __init__(self, seconds: int = PEAK_SECONDS) -> None:
        self._seconds = seconds
        self._highest: dict[int, int] = {}
        """By the second of the clock."""

    def note(self, number: int) -> None:
        second = int(time.monotonic())
        if second not in self._highest:
            self._forget(second)
        self._highest[second] = max(self._highest.get(second, 0), number)

    def read(self) -> int:
        self._forget(int(time.monotonic()))
        return max(self._highest.values(), default=0)

    def _forget(self, now: int) -> None:
        self._highest = {second: number for second, number in self._highest.items() if second > now - self._seconds}


class Database:
    """The connection pool, and the two ways to use a connection.

    A use case that writes opens one `unit_of_work()`; one that only reads opens `read()`. Only repositories contain
    SQL. Both raise `sqlalchemy.exc.TimeoutError` when no connection becomes free within the pool's timeout, which
    clients see as 503, and `DBAPIError` for errors of the driver.
    """

    def __init__(self, settings: ServiceSettings, *, pool_size: int | None = None) -> None:
        self._service = settings.service
        self.on_published: Callable[[Set[str]], None] = lambda subscribers: None
        size = pool_size or settings.db_pool_size
        overflow = 0 if pool_size else settings.db_pool_max_overflow
        self.capacity = size + overflow
        self.engine: AsyncEngine = create_async_engine(
            settings.database_url.get_secret_value(),
            poolclass=_pool_class(settings),
            pool_size=size,
            max_overflow=overflow,
            pool_timeout=settings.db_pool_timeout,
            pool_recycle=1800,
            pool_use_lifo=True,  # the few in use have cached statement plans
            hide_parameters=True,  # errors that SQLAlchemy raises itself are logged without users' data, too
            json_serializer=to_json,
            json_deserializer=orjson.loads,
            connect_args={
                "timeout": CONNECT_SECONDS,
                "record_class": Row,
                "command_timeout": settings.db_statement_timeout + 1,
                "server_settings": {
                    "application_name": f"edu-{settings.service}",
                    "jit": "off",
                    "statement_timeout": str(int(settings.db_statement_timeout * 1000)),
                    "idle_in_transaction_session_timeout": str(int(settings.request_timeout * 1000)),
                },
            },
        )
        event.listen(self.engine.sync_engine, "checkout", _reject_closed)

    @asynccontextmanager
    async def unit_of_work(self, name: str = "") -> AsyncGenerator[UnitOfWork]:
        """Open one transaction: committed when the block ends, rolled back when it raises.

        A `name` gives it the failpoints `<name>.before_commit` and `<name>.after_commit`.
        """
        async with self._connection() as driver:
            unit = UnitOfWork(driver)
            try:
                async with driver.transaction():
                    yield unit
                    failpoint(name and f"{name}.before_commit")
            except DRIVER_ERRORS as error:  # errors of BEGIN, COMMIT or ROLLBACK; statements translate their own
                raise translated(error) from error
        for call in unit.after_commit:
            call()
        if unit.subscribers:
            self.on_published(unit.subscribers)
        failpoint(name and f"{name}.after_commit")

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Connection]:
        """Open a connection on which each statement sees its own snapshot; saves the round trips of a transaction."""
        async with self._connection() as driver:
            yield Connection(driver)

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator["asyncpg.Connection[Row]"]:
        """Borrow a connection of the pool; close it after a cancelled or late statement.

        A response may be half read then, and a BEGIN that the server takes up late opens a transaction that nobody
        ends: its locks would stay, and what the next borrower writes would never be committed.
        """
        borrowed = await self._borrow()
        driver = cast("asyncpg.Connection[Row]", borrowed.driver_connection)
        try:
            yield driver
        except (asyncio.CancelledError, TimeoutError):
            driver.terminate()
            raise
        finally:
            if driver.is_closed():
                borrowed.invalidate()
            await greenlet_spawn(borrowed.close)

    async def _borrow(self) -> PoolProxiedConnection:
        try:
            return await self.engine.raw_connection()
        except (EmulatedDBAPIException, *DRIVER_ERRORS) as error:
            raise translated(error) from error

    def watch(self) -> None:
        """Report the gauges of this pool at each scrape."""
        pool = cast("AsyncAdaptedQueuePool", self.engine.pool)
        labels = (self._service,)
        metrics.POOL_SIZE.labels(*labels).set(self.capacity)
        metrics.POOL_IN_USE.labels(*labels).set_function(pool.checkedout)
        metrics.POOL_SATURATION.labels(*labels).set_function(lambda: pool.checkedout() / self.capacity)
        peak = RecentPeak()
        event.listen(pool, "checkout", lambda *_: peak.note(pool.checkedout()))
        metrics.POOL_PEAK.labels(*labels).set_function(lambda: max(peak.read(), pool.checkedout()))

    async def close(self) -> None:
        await self.engine.dispose()


def _reject_closed(connection: Any, *_: Any) -> None:
    """Have the pool replace a connection that the server closed while it was idle."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _pool_class(settings: ServiceSettings) -> type[AsyncAdaptedQueuePool]:
    waited = metrics.POOL_WAIT_SECONDS.labels(settings.service)
    detector = OverloadDetector(settings.max_queue_delay)

    class TimedPool(AsyncAdaptedQueuePool):
        def connect(self) -> PoolProxiedConnection:
            """Return a connection; while callers wait long for one, requests that may be shed give up early."""
            overloaded = may_be_shed() and detector.was_recently_overloaded
            self._timeout = min(settings.max_queue_delay if overloaded else inf, settings.db_pool_timeout)
            started = time.perf_counter()
            try:
                return super().connect()
            finally:
                seconds = time.perf_counter() - started
                detector.note(seconds)
                waited.observe(seconds)

    return TimedPool
