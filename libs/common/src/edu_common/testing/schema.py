"""Whether a service's migrations and its models tell the same."""

from collections.abc import Sequence
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from edu_common.database.models import Base


async def schema_differences(url: str, metadata: MetaData) -> Sequence[Any]:
    """What Alembic would still have to do to bring a migrated database to the models; empty when nothing."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_compare, metadata)
    finally:
        await engine.dispose()


def _compare(connection: Connection, metadata: MetaData) -> Sequence[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    # Alembic takes several of them, its annotation tells of one.
    return compare_metadata(context, [Base.metadata, metadata])  # pyright: ignore[reportArgumentType]
