"""Comparison of a service's migrations with its models."""

from collections.abc import Sequence
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from edu_common.database.models import Base


async def schema_differences(url: str, metadata: MetaData) -> Sequence[Any]:
    """Return what Alembic would still have to change to bring a migrated database to the models."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_compare, metadata)
    finally:
        await engine.dispose()


def _compare(connection: Connection, metadata: MetaData) -> Sequence[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    # Alembic accepts several of them, though its annotation allows one.
    return compare_metadata(context, [Base.metadata, metadata])  # pyright: ignore[reportArgumentType]
