"""The forms of invariants, and the sources of the rows that they compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from edu_seed.databases import Connection

Row = tuple[Any, ...]
Query = tuple[str, str]
"""A database and a query on it."""


@dataclass(frozen=True)
class Observed:
    """Rows that are in no database: observations of clients."""

    rows: frozenset[Row]


@dataclass(frozen=True)
class Union:
    """The rows of several databases."""

    queries: tuple[Query, ...]


Source: TypeAlias = Query | Observed | Union


@dataclass(frozen=True)
class Nowhere:
    """Rows that must not exist in a database."""

    says: str
    database: str
    query: str

    async def violations(self, connections: Mapping[str, Connection]) -> list[Row]:
        return [tuple(row) for row in await connections[self.database].fetch(self.query)]


@dataclass(frozen=True)
class Within:
    """All rows of one source must be in another: copies in a service must match the service that owns the data."""

    says: str
    part: Source
    whole: Source

    async def violations(self, connections: Mapping[str, Connection]) -> list[Row]:
        return list(await _rows(self.part, connections) - await _rows(self.whole, connections))


@dataclass(frozen=True)
class Follows:
    """Each row of a copy, a key and its values, must be the source's row with that key.

    A key that the source does not have any more must have the values `gone`.
    """

    says: str
    copy: Source
    source: Source
    gone: Row

    async def violations(self, connections: Mapping[str, Connection]) -> list[Row]:
        current = {key: values for key, *values in await _rows(self.source, connections)}
        gone = list(self.gone)
        return [row for row in await _rows(self.copy, connections) if list(row[1:]) != current.get(row[0], gone)]


Invariant: TypeAlias = Nowhere | Within | Follows


def same(says: str, one: Source, other: Source) -> tuple[Within, Within]:
    return Within(says, one, other), Within(says, other, one)


async def _rows(source: Source, connections: Mapping[str, Connection]) -> set[Row]:
    match source:
        case Observed(rows):
            return set(rows)
        case Union(queries):
            return {row for query in queries for row in await _rows(query, connections)}
        case (database, sql):
            return {tuple(row) for row in await connections[database].fetch(sql)}
