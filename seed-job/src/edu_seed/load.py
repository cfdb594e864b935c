"""The load: blocks into tables, several concurrently, each in a transaction with its entry in the ledger.

The indexes of a table are built as soon as its last block is loaded, while other tables are still loading: the longest
work begins first.
"""

import asyncio
import hashlib
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from edu_seed import __version__, ledger, schema
from edu_seed.content import digest
from edu_seed.copy_format import stream
from edu_seed.databases import Connection, connect
from edu_seed.errors import SeedError, explained
from edu_seed.people import ADMIN_EMAIL
from edu_seed.report import Loading, Report
from edu_seed.schema import Definition
from edu_seed.sizes import Size
from edu_seed.tables import TABLES, Table
from edu_seed.tables.identity import ADMIN
from edu_seed.tables.table import Units
from edu_seed.world import World, make_world
from edu_topology import SERVICES

LOCK_KEY = 0x5EED
LOCK_WAIT_SECONDS = 30.0
LOCK_POLL_SECONDS = 0.2
WORKERS = 3
"""Blocks in progress at once: one being generated, and one for each of two backends."""
LARGE_ROWS = 60_000
"""Tables with at least this many rows are loaded without their indexes."""
CHUNK = 1 << 20
DOMAIN_TABLES = {"identity": "users", "course": "courses", "enrollment": "enrollments", "payment": "payments"}
"""The tables whose rows show that a database is in use."""

Urls = dict[str, str]
Connections = dict[str, Connection]


@dataclass(frozen=True)
class Order:
    """The data set to load."""

    size: Size
    seed: int
    epoch: date

    @property
    def key(self) -> dict[str, Any]:
        """Return the parameters that identify a data set."""
        return {
            "size": self.size.name,
            "seed": self.seed,
            "epoch": self.epoch.isoformat(),
            "version": __version__,
            "content": digest(),
        }


@dataclass(frozen=True)
class Outcome:
    manifest: dict[str, Any]
    loaded: bool
    """False when everything was loaded before."""


@dataclass(frozen=True)
class BlockJob:
    table: Table
    number: int
    units: Units


@dataclass(frozen=True)
class BuildJob:
    database: str
    definition: Definition


async def seed(urls: Urls, order: Order, report: Report, *, replace: bool) -> Outcome:
    """Load the data set into the databases, continuing where an interrupted load stopped."""
    started = time.monotonic()
    async with opened(urls) as connections:
        if replace:
            with report.phase("Emptying"):
                await _empty(connections)
        if manifest := await _manifest_of_complete(connections, order):
            return Outcome(manifest, loaded=False)
        with report.phase("Planning"):
            world = await asyncio.to_thread(make_world, order.size, order.seed, order.epoch)
        for database, connection in connections.items():
            await _begin(database, connection, order, world)
        await _load(urls, connections, world, report)
        with report.phase("Keys and statistics"):
            await asyncio.gather(*(_finish(connection) for connection in connections.values()))
        manifest = await _manifest(connections, order, world, report, time.monotonic() - started)
        for connection in connections.values():
            await ledger.write(connection, ledger.DONE, manifest)
    return Outcome(manifest, loaded=True)


@asynccontextmanager
async def opened(urls: Urls) -> AsyncGenerator[Connections]:
    """Open the databases, each with its tables and ledger, while no other seed job works on them."""
    async with AsyncExitStack() as stack:
        connections: Connections = {}
        for database, url in urls.items():
            connection = connections[database] = await connect(database, url)
            stack.push_async_callback(connection.close)
            await schema.require_tables(connection, database, [table.name for table in _tables_of(database)])
            await _lock(connection, database)
            await ledger.create(connection)
        yield connections


def _tables_of(database: str) -> list[Table]:
    return [table for table in TABLES if table.database == database]


async def _lock(connection: Connection, database: str) -> None:
    """Acquire the job's lock, waiting for a job that is ending: Postgres has no notification of a released lock."""
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK_KEY):
        if time.monotonic() > deadline:
            raise SeedError(f"Another seed job works on the {database} database; wait for it or stop it.")
        await asyncio.sleep(LOCK_POLL_SECONDS)


async def _empty(connections: Connections) -> None:
    for connection in connections.values():
        async with connection.transaction():
            await schema.empty(connection)
            await ledger.forget(connection, [ledger.RUN, ledger.BLOCK, ledger.DONE])


async def _manifest_of_complete(connections: Connections, order: Order) -> Any:
    """Return the manifest if exactly this data set is complete; raise `SeedError` when other data is in the way."""
    manifests: list[Any] = []
    for database in SERVICES:
        connection = connections[database]
        begun = await ledger.read_one(connection, ledger.RUN)
        if begun is None and await _in_use(database, connection):
            raise SeedError(
                f"The {database} database holds rows that this job did not make; "
                "--replace deletes all rows of the five databases and loads."
            )
        if begun not in (None, order.key):
            raise SeedError(
                f"The {database} database holds another data set ({begun['size']}, seed {begun['seed']}, "
                f"epoch {begun['epoch']}, version {begun['version']}); --replace deletes it and loads this one."
            )
        manifests.append(await ledger.read_one(connection, ledger.DONE))
    return manifests[0] if all(manifests) else None


async def _in_use(database: str, connection: Connection) -> bool:
    """Return whether a database is in use; an admin alone, whom identity creates at its first start, does not count."""
    if database not in DOMAIN_TABLES:
        return False
    condition = "WHERE role <> 'admin'" if database == "identity" else ""
    return await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM {DOMAIN_TABLES[database]} {condition})"  # noqa: S608 - constants
    )


async def _begin(database: str, connection: Connection, order: Order, world: World) -> None:
    """Record which data set is being loaded, and prepare the tables; do nothing when that was done."""
    tables = _tables_of(database)
    large = [table.name for table in tables if table.units(world) >= LARGE_ROWS]
    with explained(f"Preparing the {database} database"):
        async with connection.transaction():
            if not await ledger.write(connection, ledger.RUN, order.key):
                return
            await schema.take_off(connection, large, [table.name for table in tables])
            if database == "identity":
                await _add_admin(connection, world)


async def _add_admin(connection: Connection, world: World) -> None:
    """Add the admin with the known password, unless identity's first start created one with that e-mail address."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM users WHERE email_key = $1)", ADMIN_EMAIL):
        await _copy(connection, ADMIN, ADMIN.render(world, 0, slice(0, 1)).data)


async def _load(urls: Urls, connections: Connections, world: World, report: Report) -> None:
    done = {database: await ledger.read(connection, ledger.BLOCK) for database, connection in connections.items()}
    definitions = [
        BuildJob(database, definition)
        for database, connection in connections.items()
        for definition in await schema.missing(connection)
    ]
    with report.loading({table.key: table.units(world) for table in TABLES}) as loading:
        blocks: list[BlockJob] = []
        for table in TABLES:
            for number, units in table.blocks(world):
                if (table.name, number) in done[table.database]:
                    loading.skip(table.key, units.stop - units.start)
                else:
                    blocks.append(BlockJob(table, number, units))
        crew = Crew(urls, world, loading, blocks, definitions)
        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(crew.work())


class Crew:
    """Workers that share a queue of blocks to load and indexes to build."""

    def __init__(
        self, urls: Urls, world: World, loading: Loading, blocks: list[BlockJob], definitions: list[BuildJob]
    ) -> None:
        self._urls, self._world, self._loading = urls, world, loading
        self._jobs: deque[BlockJob | BuildJob] = deque(blocks)
        self._left = Counter(block.table.key for block in blocks)
        self._definitions = sorted(
            (job for job in definitions if job.definition.stage in schema.OWN_STAGES),
            key=lambda job: schema.OWN_STAGES.index(job.definition.stage),
        )
        for table in TABLES:
            if not self._left[table.key]:
                self._build_next(table)

    async def work(self) -> None:
        """Process jobs until none is left, over a connection of the worker's own to each database."""
        async with AsyncExitStack() as stack:
            connections: Connections = {}
            while self._jobs:
                job = self._jobs.popleft()
                database = job.table.database if isinstance(job, BlockJob) else job.database
                if database not in connections:
                    connections[database] = await connect(database, self._urls[database])
                    stack.push_async_callback(connections[database].close)
                await self._do(job, connections[database])

    async def _do(self, job: BlockJob | BuildJob, connection: Connection) -> None:
        if isinstance(job, BuildJob):
            with explained(f"Building {job.definition.key}"):
                await schema.build(connection, job.definition)
            return
        await self._load_block(job, connection)
        self._left[job.table.key] -= 1
        if not self._left[job.table.key]:
            self._build_next(job.table)

    async def _load_block(self, job: BlockJob, connection: Connection) -> None:
        block = await asyncio.to_thread(job.table.render, self._world, job.number, job.units)
        detail = {"rows": block.rows, "checksum": hashlib.blake2b(block.data, digest_size=16).hexdigest()}
        with explained(f"Loading {job.table.key}"):
            async with connection.transaction():
                if await ledger.write(connection, ledger.BLOCK, detail, job.table.name, job.number):
                    await _copy(connection, job.table, block.data)
        self._loading.advance(job.table.key, job.units.stop - job.units.start, block.rows)

    def _build_next(self, table: Table) -> None:
        """Schedule the index builds of a loaded table before the remaining blocks."""
        own = [
            job for job in self._definitions if (job.database, job.definition.relation) == (table.database, table.name)
        ]
        self._jobs.extendleft(reversed(own))


async def _copy(connection: Connection, table: Table, data: bytes) -> None:
    await connection.copy_to_table(table.name, source=_chunks(stream(data)), columns=table.columns, format="binary")


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]


async def _finish(connection: Connection) -> None:
    """Do what must wait for all tables: foreign keys, triggers, and the planner's statistics."""
    definitions = await schema.missing(connection)
    for stage in schema.SHARED_STAGES:
        for definition in definitions:
            if definition.stage == stage:
                with explained(f"Building {definition.key}"):
                    await schema.build(connection, definition)
    with explained("Gathering statistics"):
        await connection.execute("ANALYZE")


async def _manifest(
    connections: Connections, order: Order, world: World, report: Report, seconds: float
) -> dict[str, Any]:
    """Return a summary of the load: rows and checksums per table, and the accounts to sign in with."""
    blocks = {
        table.key: await _blocks(connections[table.database], table)
        for table in sorted(TABLES, key=lambda table: table.key)
    }
    return {
        **order.key,
        "tables": {
            key: {
                "rows": sum(detail["rows"] for detail in details),
                "checksum": hashlib.blake2b(
                    "".join(detail["checksum"] for detail in details).encode(), digest_size=16
                ).hexdigest(),
            }
            for key, details in blocks.items()
        },
        "accounts": world.accounts(),
        "seconds": {**report.seconds, "total": round(seconds, 2)},
    }


async def _blocks(connection: Connection, table: Table) -> list[Any]:
    """Return the ledger's entries of a table's blocks, in order."""
    entries = await ledger.read(connection, ledger.BLOCK)
    return [detail for (name, _), detail in entries.items() if name == table.name]
