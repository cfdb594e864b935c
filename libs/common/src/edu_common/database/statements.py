"""Statements compiled once and run by the driver, without a session around them.

SQLAlchemy builds the statements and pools the connections; a session in between costs several times what the driver
does.
"""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy import BindParameter, ClauseElement, Executable, bindparam
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg


def to_json(value: Any) -> str:
    """JSON text; what JSON has no form for, such as an id, goes in as its string."""
    return orjson.dumps(value, default=str).decode()


DIALECT: Any = PGDialect_asyncpg(json_serializer=to_json)


def binds(names: Iterable[str]) -> dict[str, BindParameter[Any]]:
    """What a statement writes, by the names under which the values are given when it is run."""
    return {name: bindparam(name) for name in names}


class Row(asyncpg.Record):
    """A row by column name, as `row["title"]` and, where speed does not matter, as `row.title`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error


class Compiled:
    """A statement whose values are named: `bindparam("student_id")` in it, `student_id=…` when it is run."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement

    @cached_property
    def _compiled(self) -> Any:
        return cast("ClauseElement", self.statement).compile(dialect=DIALECT)

    @cached_property
    def sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _places(self) -> list[tuple[str, Any, Any]]:
        """For each place of the SQL the name of its value, what makes it the driver's, and the value it has itself."""
        binds = [self._compiled.binds[name] for name in self._compiled.positiontup]
        return [(bind.key, bind.type.dialect_impl(DIALECT).bind_processor(DIALECT), _own(bind)) for bind in binds]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """The values by place; raises `KeyError` where one is missing."""
        found = [
            (values[key] if own is MISSING else values.get(key, own), convert) for key, convert, own in self._places
        ]
        return [convert(value) if convert else value for value, convert in found]


MISSING = object()


def _own(bind: Any) -> Any:
    return MISSING if bind.required else bind.effective_value


class Connection:
    """A connection that runs compiled statements: each a transaction of its own, unless it was taken in one."""

    def __init__(self, connection: "asyncpg.Connection[Row]") -> None:
        self._connection = connection

    def transaction(self) -> AbstractAsyncContextManager[object]:
        """Have the statements of the block commit together, or be undone together when it raises."""
        return self._connection.transaction()

    async def rows(self, query: Compiled, /, **values: Any) -> list[Row]:
        return await self._connection.fetch(query.sql, *query.arguments(values))

    async def row(self, query: Compiled, /, **values: Any) -> Row | None:
        """The first row, None when there is none."""
        rows = await self.rows(query, **values)
        return rows[0] if rows else None

    async def value(self, query: Compiled, /, **values: Any) -> Any:
        """The first column of the first row, None when there is none."""
        rows = await self.rows(query, **values)
        return rows[0][0] if rows else None
