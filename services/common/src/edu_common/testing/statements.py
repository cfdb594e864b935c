"""The statements that a request takes: as many for a long list as for a short one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from asyncpg.connection import LoggedQuery
from sqlalchemy import event

from edu_common.db import Database


@asynccontextmanager
async def statements_of(database: Database) -> AsyncGenerator[list[str]]:
    """The SQL that runs within the block on connections of the database's pool, in order."""
    seen: list[str] = []

    def note(query: LoggedQuery) -> None:
        seen.append(query.query)

    def watch(connection: Any, *_: Any) -> None:
        connection.driver_connection.add_query_logger(note)

    def leave(connection: Any, *_: Any) -> None:
        if connection is not None:
            connection.driver_connection.remove_query_logger(note)

    pool = database.engine.sync_engine.pool
    event.listen(pool, "checkout", watch)
    event.listen(pool, "checkin", leave)
    try:
        yield seen
        await asyncio.sleep(0)  # the driver tells of a statement in the loop's next turn
    finally:
        event.remove(pool, "checkout", watch)
        event.remove(pool, "checkin", leave)
