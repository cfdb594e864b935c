"""Taking indexes, keys and triggers off large tables for the load, and building them again after it.

What is taken off is read from Postgres' catalogue, so that the schema stays the migrations' fact alone. The
statement that builds it again goes to the ledger in the transaction that takes it off: nothing is lost when the
job dies between.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from edu_seed import ledger
from edu_seed.databases import Connection
from edu_seed.errors import SeedError

KEPT = ("alembic_version", "categories", ledger.TABLE)
"""Tables that are never emptied: what migrations fill, and the ledger."""

OWN_STAGES = ("p", "u", "g", "i")
"""What a table gets as soon as it is loaded: primary keys, unique keys, gathered rows, indexes.

Keys want the table for themselves; the others, which take longer, let each other work.
"""
SHARED_STAGES = ("f", "t")
"""What waits for the other tables: foreign keys, and triggers."""
GATHERERS = {"courses": "rebuild_search_words"}
"""Functions of the schema that gather from all rows what its triggers gather from single ones."""

DEFINITIONS = """
    SELECT contype::text AS stage, conname AS name, conrelid::regclass::text AS relation,
        format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS take_off,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS build
    FROM pg_constraint
    WHERE contype IN ('p', 'u') AND conrelid = ANY($1::regclass[])
        OR contype = 'f' AND (conrelid = ANY($2::regclass[]) OR confrelid = ANY($2::regclass[]))
    UNION ALL
    SELECT 'i', relname, indrelid::regclass::text, format('DROP INDEX %s', indexrelid::regclass),
        pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = ANY($1::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    UNION ALL
    SELECT 't', tgname, tgrelid::regclass::text,
        format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname),
        format('ALTER TABLE %s ENABLE TRIGGER %I', tgrelid::regclass, tgname)
    FROM pg_trigger WHERE tgrelid = ANY($2::regclass[]) AND NOT tgisinternal AND tgenabled = 'O'
"""


class Definition(NamedTuple):
    """One thing to build again on a table."""

    stage: str
    name: str
    relation: str
    build: str

    @property
    def key(self) -> str:
        return f"{self.relation}.{self.name}"


async def take_off(connection: Connection, large: Sequence[str], tables: Sequence[str]) -> None:
    """Take keys and indexes off large tables, foreign keys and triggers off all, within the caller's transaction."""
    found = await connection.fetch(DEFINITIONS, list(large), list(tables))
    stages = (*OWN_STAGES, *SHARED_STAGES)
    for entry in sorted(found, key=lambda entry: stages.index(entry["stage"]), reverse=True):
        await connection.execute(entry["take_off"])
        await _note(connection, Definition(entry["stage"], entry["name"], entry["relation"], entry["build"]))
    for table in set(tables) & set(GATHERERS):
        await _note(connection, Definition("g", GATHERERS[table], table, f"SELECT {GATHERERS[table]}()"))


async def _note(connection: Connection, definition: Definition) -> None:
    await ledger.write(connection, ledger.DEFINITION, definition, definition.key)


async def missing(connection: Connection) -> list[Definition]:
    """What is to be built again."""
    return [Definition(*detail) for detail in (await ledger.read(connection, ledger.DEFINITION)).values()]


async def build(connection: Connection, definition: Definition) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = 0")  # other builds of the table may take long
        if await ledger.forget_one(connection, ledger.DEFINITION, definition.key):
            await connection.execute(definition.build)


async def require_tables(connection: Connection, database: str, names: Iterable[str]) -> None:
    """Raise unless the tables exist, as far as the database's migrations have come."""
    missing_names = [
        name for name in names if await connection.fetchval("SELECT to_regclass($1)", f"public.{name}") is None
    ]
    if missing_names:
        raise SeedError(
            f"The {database} database has no table {missing_names[0]}; "
            f"migrate it first (python -m edu_{database} migrate)."
        )


async def empty(connection: Connection) -> None:
    """Delete the rows of all tables but those that migrations fill."""
    names = await connection.fetchval(
        "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables "
        "WHERE schemaname = 'public' AND tablename <> ALL($1)",
        list(KEPT),
    )
    await connection.execute(f"TRUNCATE {names} RESTART IDENTITY")
