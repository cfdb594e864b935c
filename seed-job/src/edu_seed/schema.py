"""Dropping indexes, keys and triggers of large tables for the load, and re-creating them afterwards.

Their definitions are read from Postgres' catalogue, so that the schema is defined only by the migrations. The statement
that re-creates one is written to the ledger in the transaction that drops it: nothing is lost when the job dies in
between.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from edu_seed import ledger
from edu_seed.databases import Connection
from edu_seed.errors import SeedError

KEPT = ("alembic_version", "categories", ledger.TABLE)
"""Tables that are never emptied: those filled by migrations, and the ledger."""

OWN_STAGES = ("p", "u", "g", "i")
"""Created as soon as the table is loaded: primary keys, unique keys, derived rows, indexes.

Keys lock the table exclusively; the others, which take longer, can be built concurrently.
"""
SHARED_STAGES = ("f", "t")
"""Created after all tables are loaded: foreign keys, and triggers."""
GATHERERS = {"courses": "rebuild_search_words"}
"""Functions of the schema that derive from all rows what triggers derive from single ones."""

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
    """A definition to re-create on a table."""

    stage: str
    name: str
    relation: str
    build: str

    @property
    def key(self) -> str:
        return f"{self.relation}.{self.name}"


async def take_off(connection: Connection, large: Sequence[str], tables: Sequence[str]) -> None:
    """Drop keys and indexes of large tables, foreign keys and triggers of all, in the caller's transaction."""
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
    """Return the definitions that are still to be re-created."""
    return [Definition(*detail) for detail in (await ledger.read(connection, ledger.DEFINITION)).values()]


async def build(connection: Connection, definition: Definition) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = 0")  # other builds on the table may take long
        if await ledger.forget_one(connection, ledger.DEFINITION, definition.key):
            await connection.execute(definition.build)


async def require_tables(connection: Connection, database: str, names: Iterable[str]) -> None:
    """Raise `SeedError` unless all tables exist: the database must have been migrated."""
    missing_names = [
        name for name in names if await connection.fetchval("SELECT to_regclass($1)", f"public.{name}") is None
    ]
    if missing_names:
        raise SeedError(
            f"The {database} database has no table {missing_names[0]}; "
            f"migrate it first (python -m edu_{database} migrate)."
        )


async def empty(connection: Connection) -> None:
    """Delete the rows of all tables except those filled by migrations."""
    names = await connection.fetchval(
        "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables "
        "WHERE schemaname = 'public' AND tablename <> ALL($1)",
        list(KEPT),
    )
    await connection.execute(f"TRUNCATE {names} RESTART IDENTITY")
