"""The service's own Postgres: engine, pool, transactions."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Set
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from math import inf
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy import ColumnElement, DateTime, MetaData, Text, event, func, or_, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, DisconnectionError, EmulatedDBAPIException
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import AsyncAdaptedQueuePool, PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

from edu_common.database.statements import Connection, Row, to_json
from edu_common.observability import metrics
from edu_common.overload import OverloadDetector
from edu_common.request_context import may_be_shed
from edu_common.settings import ServiceSettings

AFTER_COMMIT = "after_commit"
CONNECTION = "connection"
PUBLISHED_FOR = "published_for"
CONNECT_SECONDS = 2.0
PEAK_SECONDS = 5
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What the driver raises by itself; SQLAlchemy does not translate all of it, above all while it connects."""
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


COLUMN_TYPES: dict[Any, Any] = {str: Text(), datetime: DateTime(timezone=True), dict[str, Any]: JSONB()}
"""Strings are `text`, times carry a zone, dicts are `jsonb`."""


def new_metadata() -> MetaData:
    return MetaData(naming_convention=NAMING)


class Base(DeclarativeBase):
    """Declarative base of the tables that every service has; a service declares a base of its own like this."""

    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


class RecentPeak:
    """The highest number of the last seconds, of which a look now and then would see little."""

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
    """The engine and its sessions.

    Nothing outside a repository writes SQL; services open one `transaction()` a use case and, where nothing
    changes, `connection()` for compiled statements or `read()` for a session; `atomic()` is a transaction for
    compiled statements. All raise `sqlalchemy.exc.TimeoutError`
    when no connection becomes free within the pool's timeout, which clients see as 503, and `DBAPIError` for whatever
    the driver says.
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
            pool_use_lifo=True,  # the few that suffice have planned their statements
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
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        self._writer = async_sessionmaker(self.engine, expire_on_commit=False)
        self._reader = async_sessionmaker(
            self.engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._writer() as session:
            async with _translated(), session.begin():
                yield session
            for callback in cast("list[Callable[[], None]]", session.info.get(AFTER_COMMIT, [])):
                callback()
            if PUBLISHED_FOR in session.info:
                self.on_published(session.info[PUBLISHED_FOR])

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """Statements that each see their own snapshot; saves the round trips of BEGIN and COMMIT."""
        async with _translated(), self._reader() as session:
            yield session

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """A connection of the pool for compiled statements, each of which is a transaction of its own."""
        borrowed = await self._borrow()
        connection = cast("asyncpg.Connection[Row]", borrowed.driver_connection)
        try:
            yield Connection(connection)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DBAPIError(None, None, error) from error
        except asyncpg.InternalClientError as error:  # the server has said that it ends, and not yet hung up
            connection.terminate()
            raise DBAPIError(None, None, error) from error
        except asyncio.CancelledError:
            connection.terminate()
            raise
        finally:
            if connection.is_closed():
                borrowed.invalidate()
            await greenlet_spawn(borrowed.close)

    @asynccontextmanager
    async def atomic(self) -> AsyncGenerator[Connection]:
        """One transaction for compiled statements: committed when the block ends, rolled back when it raises."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def _borrow(self) -> PoolProxiedConnection:
        """A connection of the pool; a server that makes no more of them is told of as everywhere else."""
        try:
            return await self.engine.raw_connection()
        except (EmulatedDBAPIException, *DRIVER_ERRORS) as error:
            raise DBAPIError(None, None, error) from error

    async def ping(self) -> None:
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    def watch(self) -> None:
        """Report this pool's gauges on each scrape."""
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


@asynccontextmanager
async def _translated() -> AsyncGenerator[None]:
    try:
        yield
    except DRIVER_ERRORS as error:
        raise DBAPIError(None, None, error) from error


def _refuse_closed(connection: Any, *_: Any) -> None:
    """Have the pool make a connection anew that the server closed while it lay idle."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def connection_of(session: AsyncSession) -> Connection:
    """A connection for compiled statements within the session's transaction."""
    if CONNECTION not in session.info:
        raw = await (await session.connection()).get_raw_connection()
        driver = cast("asyncpg.Connection[Row]", raw.driver_connection)
        if not driver.is_in_transaction():  # SQLAlchemy begins it with its own first statement
            await session.execute(text("SELECT 1"))
        session.info[CONNECTION] = Connection(driver)
    return cast("Connection", session.info[CONNECTION])


def is_due(at: Any, longest: timedelta) -> ColumnElement[bool]:
    """Whether the moment in the column has come; nothing is put off by more than `longest`.

    What lies further ahead was written before the clock stepped back, and does not wait for it to catch up.
    """
    now = func.statement_timestamp()
    return or_(at <= now, at > now + longest)


def after_commit(session: AsyncSession, callback: Callable[[], None]) -> None:
    """Call `callback` once the session's transaction is durable; not at all when it is rolled back."""
    session.info.setdefault(AFTER_COMMIT, []).append(callback)


def mark_published(session: AsyncSession, subscribers: Iterable[str]) -> None:
    """Have the database's `on_published` called with these, once the session's transaction is durable."""
    session.info.setdefault(PUBLISHED_FOR, set()).update(subscribers)


def _pool_class(settings: ServiceSettings) -> type[AsyncAdaptedQueuePool]:
    waited = metrics.POOL_WAIT_SECONDS.labels(settings.service)
    backlog = OverloadDetector(settings.max_queue_delay)

    class TimedPool(AsyncAdaptedQueuePool):
        def connect(self) -> PoolProxiedConnection:
            """A connection; when all waited long for one, who may be refused gives up early and so lets others pass."""
            hopeless = may_be_shed() and backlog.was_recently_overloaded
            self._timeout = min(settings.max_queue_delay if hopeless else inf, settings.db_pool_timeout)
            started = time.perf_counter()
            try:
                return super().connect()
            finally:
                seconds = time.perf_counter() - started
                backlog.note(seconds)
                waited.observe(seconds)

    return TimedPool
