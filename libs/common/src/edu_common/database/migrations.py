"""Alembic for every service: run from the command line, checked by readiness.

Migrations expand first and contract in a later release, so that the previous release's code runs on the new schema. A
service's revisions are in `migrations/` beside its `src/`.
"""

import asyncio
import importlib
import re
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from edu_common.database.models import Base
from edu_common.database.unit_of_work import Connection
from edu_common.fault_injection.failpoints import Point, failpoint
from edu_common.settings import Misconfigured

log = structlog.get_logger(__name__)

LOCK_KEY = 0x65_64_75  # any constant does: a service's database is its own
LOCK_POLL_SECONDS = 0.2
LOCK_TIMEOUT = "5s"
REVISION = re.compile(r'^(revision|down_revision)(?:: [^=]+)? = "([^"]+)"', re.MULTILINE)


def directory(package: str) -> Path:
    """Return the folder with the revisions of a service's package."""
    source = importlib.import_module(package).__file__
    if source is None:
        raise FileNotFoundError(f"the package {package} has no file of its own")
    return Path(source).parents[2] / "migrations"


@dataclass(frozen=True)
class Schema:
    """The revisions that the code knows: the newest, and those before it."""

    head: str
    older: frozenset[str]


def read_schema(package: str) -> Schema:
    """Return a package's revisions, read from their files without loading Alembic into the service."""
    revisions: set[str] = set()
    parents: set[str] = set()
    for path in (directory(package) / "versions").glob("*.py"):
        found = dict(REVISION.findall(path.read_text()))
        revisions.add(found["revision"])
        parents.add(found.get("down_revision", ""))
    (head,) = revisions - parents
    return Schema(head=head, older=frozenset(revisions - {head}))


HAS_REVISION = text("SELECT to_regclass('alembic_version') IS NOT NULL")
REVISION_NUMBER = text("SELECT version_num FROM alembic_version")


async def current_revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None before the first one."""
    return await connection.scalar(REVISION_NUMBER) if await connection.scalar(HAS_REVISION) else None


def upgrade(package: str, database_url: str, revision: str = "head") -> str | None:
    """Migrate the database to `revision`, one process at a time; return the revision that it is at afterwards."""
    return asyncio.run(_upgrade(package, database_url, revision))


async def _upgrade(package: str, database_url: str, revision: str) -> str | None:
    engine = create_async_engine(database_url, hide_parameters=True, connect_args={"timeout": 10})
    try:
        async with engine.connect() as guard:
            await _acquire_lock(guard)
            failpoint(Point.MIGRATION_LOCKED)
            async with engine.connect() as connection:
                return await connection.run_sync(_run_alembic, package, revision)
    finally:
        await engine.dispose()


async def _acquire_lock(connection: AsyncConnection) -> None:
    """Poll for the lock: waiting inside Postgres would deadlock with CREATE INDEX CONCURRENTLY."""
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    while not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}):
        log.info("another process is migrating, waiting for it")
        await asyncio.sleep(LOCK_POLL_SECONDS)


def _run_alembic(connection: SyncConnection, package: str, revision: str) -> str | None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    _require_known(package, MigrationContext.configure(connection).get_current_revision())
    config = Config()
    config.set_main_option("script_location", str(directory(package)).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    connection.commit()
    failpoint(Point.MIGRATION_AFTER_COMMIT)
    return MigrationContext.configure(connection).get_current_revision()


def _require_known(package: str, revision: str | None) -> None:
    """Raise `Misconfigured` when a newer release has migrated the database."""
    schema = read_schema(package)
    if revision is not None and revision not in {schema.head, *schema.older}:
        raise Misconfigured(
            f"The database is at revision {revision}, which this release does not know: a newer release has migrated "
            "it. Run that release or a later one, or restore a backup from before the upgrade."
        )


def run_env(metadata: MetaData) -> None:
    """Run as the body of a service's `migrations/env.py`; `metadata` is that of the service's own tables."""
    from alembic import context

    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=[Base.metadata, metadata],
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        failpoint(Point.MIGRATION_BEFORE_COMMIT)
