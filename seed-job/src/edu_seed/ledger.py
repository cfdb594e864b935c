"""Record of the job's work on a database, in the database itself: table `seed_ledger`.

| kind | name | number | detail | | --- | --- | --- | --- | | run | | 0 | which data set is being loaded | | block |
table | block | rows, checksum; written in the transaction of the rows | | definition | table and index, key or trigger
| 0 | the statement that re-creates it after the load | | done | | 0 | the manifest |
"""

import json
from collections.abc import Iterable
from typing import Any

from edu_seed.databases import Connection

TABLE = "seed_ledger"
RUN, BLOCK, DEFINITION, DONE = "run", "block", "definition", "done"


async def create(connection: Connection) -> None:
    await connection.execute(f"""
        CREATE TABLE IF NOT EXISTS {TABLE} (
            kind text NOT NULL,
            name text NOT NULL,
            number integer NOT NULL,
            detail jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            CONSTRAINT pk_{TABLE} PRIMARY KEY (kind, name, number)
        )
    """)


async def write(connection: Connection, kind: str, detail: Any, name: str = "", number: int = 0) -> bool:
    """Insert an entry; return False when it exists.

    Waits for a transaction that is inserting or deleting it: that of a killed job may still be committing.
    """
    made = await connection.fetchval(
        f"INSERT INTO {TABLE} (kind, name, number, detail) VALUES ($1, $2, $3, $4)"  # noqa: S608 - a constant
        " ON CONFLICT DO NOTHING RETURNING true",
        *(kind, name, number, json.dumps(detail)),
    )
    return bool(made)


async def read(connection: Connection, kind: str) -> dict[tuple[str, int], Any]:
    """Return the entries of a kind by name and number, in order."""
    entries = await connection.fetch(
        f"SELECT name, number, detail FROM {TABLE} WHERE kind = $1 ORDER BY number, name",  # noqa: S608 - a constant
        kind,
    )
    return {(entry["name"], entry["number"]): json.loads(entry["detail"]) for entry in entries}


async def read_one(connection: Connection, kind: str) -> Any:
    """Return the only entry of a kind, or None when there is none."""
    return next(iter((await read(connection, kind)).values()), None)


async def forget(connection: Connection, kinds: Iterable[str]) -> None:
    await connection.execute(f"DELETE FROM {TABLE} WHERE kind = ANY($1)", list(kinds))  # noqa: S608 - a constant


async def forget_one(connection: Connection, kind: str, name: str) -> bool:
    """Delete an entry; return False when there is none. Waits as `write` does."""
    deleted = await connection.fetchval(
        f"DELETE FROM {TABLE} WHERE kind = $1 AND name = $2 RETURNING true",  # noqa: S608 - a constant
        *(kind, name),
    )
    return bool(deleted)
