"""Connections to the five databases."""

import os
from collections.abc import Mapping
from typing import TypeAlias

import asyncpg

from edu_seed.errors import SeedError
from edu_topology import SERVICES

CONNECT_SECONDS = 10
SETTINGS = {
    "application_name": "edu-seed",
    # After a crash the load is repeated or continued anyway: no need to wait for the disk after each block.
    "synchronous_commit": "off",
    "maintenance_work_mem": "256MB",
    "statement_timeout": "0",
    "lock_timeout": "30s",
    "jit": "off",
}

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


def read_urls(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the databases' DSNs from `IDENTITY_DATABASE_URL` and so on; SQLAlchemy's form is accepted, too."""
    missing = [name for name in map(variable, SERVICES) if not environment.get(name)]
    if missing:
        raise SeedError(f"Set {', '.join(missing)} to the databases' addresses (postgresql://role:password@host/db).")
    urls = {database: environment[variable(database)] for database in SERVICES}
    return {database: url.replace("postgresql+asyncpg://", "postgresql://", 1) for database, url in urls.items()}


def variable(database: str) -> str:
    return f"{database.upper()}_DATABASE_URL"


async def connect(database: str, url: str) -> Connection:
    try:
        return await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=SETTINGS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise SeedError(f"The {database} database cannot be reached ({error}); check {variable(database)}.") from error
