"""The SQL statements of a request: their number does not depend on the length of a list, and each has its plan."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import asyncpg
import orjson
from asyncpg.connection import LoggedQuery
from sqlalchemy import event

from edu_common.database.engine import Database

_watched = ContextVar[list[LoggedQuery] | None]("watched", default=None)


@asynccontextmanager
async def statements_of(database: Database) -> AsyncGenerator[list[LoggedQuery]]:
    """Record the statements that the block, not a background task, runs on the database's pool, in order."""
    seen: list[LoggedQuery] = []

    def watch(connection: Any, *_: Any) -> None:
        if _watched.get() is seen:
            connection.driver_connection.add_query_logger(seen.append)

    def leave(connection: Any, *_: Any) -> None:
        if connection is not None:
            connection.driver_connection.remove_query_logger(seen.append)

    pool = database.engine.sync_engine.pool
    event.listen(pool, "checkout", watch)
    event.listen(pool, "checkin", leave)
    token = _watched.set(seen)
    try:
        yield seen
        await asyncio.sleep(0)  # the driver reports a statement in the next iteration of the event loop
    finally:
        _watched.reset(token)
        event.remove(pool, "checkout", watch)
        event.remove(pool, "checkin", leave)


async def plan_of(connection: "asyncpg.Connection[Any]", statement: LoggedQuery) -> list[dict[str, Any]]:
    """Return the nodes of Postgres's plan for a statement with its values."""
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement.query}", *statement.args)
    return list(_nodes(orjson.loads(explained)[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)
