"""What use cases open and repositories take: a connection for reading, or a unit of work for writing.

    async with app.database.unit_of_work() as unit:
        await repository.rename(unit, course_id, title)
        unit.after_commit.append(lambda: app.cache.drop(course_id))

Statements are SQLAlchemy Core and are built once: as constants of a module, or as the result of a function under
`functools.cache`. Their parameters are named, `bindparam("course_id")` in the statement and `course_id=…` in the call,
so that each statement is compiled once.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.orm import DeclarativeBase

from edu_common.database.executor import (
    DRIVER_ERRORS,
    Row,
    compiled,
    rows_affected,
    translated,
)

ModelT = TypeVar("ModelT", bound=DeclarativeBase)


class Connection:
    """Runs statements, each of which sees its own snapshot and is durable on its own.

    Every method raises `sqlalchemy.exc.DBAPIError` for errors of the driver, `IntegrityError` for a violated constraint
    and `KeyError` for a parameter of the statement that the call does not pass.
    """

    def __init__(self, driver: "asyncpg.Connection[Row]") -> None:
        self._driver = driver

    async def all(self, statement: Executable, /, **values: Any) -> list[Row]:
        """Return every row."""
        query = compiled(statement)
        try:
            return await self._driver.fetch(query.sql, *query.arguments(values))
        except DRIVER_ERRORS as error:
            raise self._translated(error) from error

    async def first(self, statement: Executable, /, **values: Any) -> Row | None:
        """Return the first row, or None."""
        rows = await self.all(statement, **values)
        return rows[0] if rows else None

    async def scalar(self, statement: Executable, /, **values: Any) -> Any:
        """Return the first column of the first row, or None when there is no row."""
        rows = await self.all(statement, **values)
        return rows[0][0] if rows else None

    async def scalars(self, statement: Executable, /, **values: Any) -> list[Any]:
        """Return the first column of every row."""
        return [row[0] for row in await self.all(statement, **values)]

    async def load(self, model: type[ModelT], statement: Executable, /, **values: Any) -> ModelT | None:
        """Return the first row as a model instance, detached from the database, or None when there is no row."""
        row = await self.first(statement, **values)
        return model(**row) if row else None

    async def load_all(self, model: type[ModelT], statement: Executable, /, **values: Any) -> list[ModelT]:
        """Return every row as a model instance, detached from the database."""
        return [model(**row) for row in await self.all(statement, **values)]

    async def execute(self, statement: Executable, /, **values: Any) -> int:
        """Run a statement that returns no rows; return the number of rows that it changed."""
        query = compiled(statement)
        try:
            return rows_affected(await self._driver.execute(query.sql, *query.arguments(values)))
        except DRIVER_ERRORS as error:
            raise self._translated(error) from error

    async def execute_many(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each of `rows`, all or nothing."""
        query = compiled(statement)
        try:
            await self._driver.executemany(query.sql, [query.arguments(row) for row in rows])
        except DRIVER_ERRORS as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> Exception:
        if isinstance(error, asyncpg.InternalClientError):  # the server is shutting down, connection still open
            self._driver.terminate()
        return translated(error)


class UnitOfWork(Connection):
    """One transaction: committed when its block ends, rolled back when the block raises.

    `after_commit` are functions to call, in order, once everything is durable; a rolled-back unit calls none of them.
    `subscribers` are the services that its events are published to: the relay is woken for them after the commit.
    """

    def __init__(self, driver: "asyncpg.Connection[Row]") -> None:
        super().__init__(driver)
        self.after_commit: list[Callable[[], None]] = []
        self.subscribers: set[str] = set()

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """Roll back only the block's statements when it raises; earlier ones stay."""
        return self._driver.transaction()
