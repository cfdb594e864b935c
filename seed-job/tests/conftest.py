"""The five databases, migrated once, emptied before each test that requests them."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date

import pytest
import pytest_asyncio

from edu_seed.databases import Connection, connect
from edu_seed.load import Order, Urls
from edu_seed.report import Report
from edu_seed.sizes import FULL, SMALL
from edu_seed.world import World, make_world
from edu_topology import SERVICES

EPOCH = date(2026, 11, 1)


@pytest.fixture(scope="session")
def small() -> World:
    return make_world(SMALL, 1, EPOCH)


@pytest.fixture(scope="session")
def full() -> World:
    return make_world(FULL, 1, EPOCH)


@pytest.fixture
def order() -> Order:
    return Order(SMALL, 1, EPOCH)


@pytest.fixture
def report() -> Report:
    return Report(shown=False)


@pytest.fixture(scope="session")
def migrated(migrated_database: Callable[[str], str]) -> Urls:
    return {name: migrated_database(f"edu_{name}").replace("+asyncpg", "", 1) for name in SERVICES}


@pytest_asyncio.fixture
async def urls(migrated: Urls) -> Urls:
    """Return the DSNs of the five databases, emptied."""
    for name, url in migrated.items():
        async with connected(name, url) as connection:
            await connection.execute("DROP TABLE IF EXISTS seed_ledger")
            await connection.execute(f"TRUNCATE {', '.join(await _tables(connection))}")
    return migrated


@pytest_asyncio.fixture(scope="session")
async def schema(migrated: Urls) -> set[str]:
    """Return the keys, indexes and triggers that the migrations create."""
    return await read_schema(migrated)


@pytest.fixture
def digests(urls: Urls) -> Callable[[], Awaitable[dict[str, str]]]:
    """Return a function that computes a digest of each table's rows, independent of their order."""

    async def read() -> dict[str, str]:
        found: dict[str, str] = {}
        for name, url in urls.items():
            async with connected(name, url) as connection:
                for table in await _tables(connection):
                    found[f"{name}.{table}"] = await connection.fetchval(
                        f"SELECT md5(string_agg(md5(entry::text), '' ORDER BY md5(entry::text))) FROM {table} entry"
                    )
        return found

    return read


@pytest.fixture
def present_schema(urls: Urls) -> Callable[[], Awaitable[set[str]]]:
    """Return a function that reads the present state of `schema`."""
    return lambda: read_schema(urls)


@asynccontextmanager
async def connected(name: str, url: str) -> AsyncGenerator[Connection]:
    connection = await connect(name, url)
    try:
        yield connection
    finally:
        await connection.close()


async def _tables(connection: Connection) -> list[str]:
    """Return the tables with rows of the domain."""
    rows = await connection.fetch(
        "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' "
        "AND tablename NOT IN ('alembic_version', 'categories', 'seed_ledger') ORDER BY 1"
    )
    return [row["name"] for row in rows]


async def read_schema(urls: Urls) -> set[str]:
    found: set[str] = set()
    for name, url in urls.items():
        async with connected(name, url) as connection:
            rows = await connection.fetch(
                "SELECT indexdef AS said FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'seed_ledger' "
                "UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) "
                "FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE '%seed_ledger%' "
                "UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled::text) FROM pg_trigger "
                "WHERE NOT tgisinternal"
            )
            found |= {f"{name}: {row['said']}" for row in rows}
    return found
