"""How statements run: compiled once each, then passed to the driver unchanged.

SQLAlchemy builds the statements and pools the connections. Its session and its cursor cost several times what asyncpg
itself does, so repositories bypass both. Code outside `edu_common.database` does not depend on this.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

import asyncpg
import orjson
from sqlalchemy import ClauseElement, Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""Errors that the driver raises itself: SQLAlchemy does not wrap all of them, above all not while connecting."""


def to_json(value: Any) -> str:
    """Return JSON text; a value that JSON has no type for, such as a UUID, becomes a string."""
    return orjson.dumps(value, default=str).decode()


DIALECT: Any = PGDialect_asyncpg(json_serializer=to_json)


class Row(asyncpg.Record):
    """A row, accessed by column name: `row["title"]`, or `row.title` where speed does not matter."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(name) from error


class _Parameter(NamedTuple):
    key: str
    convert: Any
    default: Any


REQUIRED = object()
"""Sentinel default of a parameter that has none."""


class CompiledStatement:
    """The SQL of a statement and the names of its parameters, in the order of `$1`, `$2` …"""

    def __init__(self, statement: Executable) -> None:
        compiled: Any = cast("ClauseElement", statement).compile(dialect=DIALECT)
        self.sql = str(compiled)
        self._parameters = [_parameter(compiled.binds[name]) for name in compiled.positiontup]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the parameters; raise `KeyError` when a required one is missing."""
        found = [
            (values[key] if default is REQUIRED else values.get(key, default), convert)
            for key, convert, default in self._parameters
        ]
        return [convert(value) if convert else value for value, convert in found]


def _parameter(bind: Any) -> _Parameter:
    if bind.expanding:
        raise TypeError(f"{bind.key}: IN takes a list of its own length each time; use one_of() instead")
    default = REQUIRED if bind.required else bind.effective_value
    return _Parameter(bind.key, bind.type.dialect_impl(DIALECT).bind_processor(DIALECT), default)


_compiled: WeakKeyDictionary[Executable, CompiledStatement] = WeakKeyDictionary()


def compiled(statement: Executable) -> CompiledStatement:
    """Compile a statement once in its life: once per process for a module-level constant."""
    found = _compiled.get(statement)
    if found is None:
        found = _compiled[statement] = CompiledStatement(statement)
    return found


def translated(error: Exception) -> DBAPIError:
    """Return a driver's error as SQLAlchemy's, with neither the statement nor values, so that neither gets into logs.

    In the driver's own text, values occur in the detail ("Key (email)=(…) already exists") and, in an error about a
    value, after the colon ("invalid input for query argument $1: …").
    """
    if isinstance(error, asyncpg.PostgresError):
        error.detail = None
    if isinstance(error, asyncpg.DataError):
        error.args = (str(error.args[0]).partition(":")[0], *error.args[1:])
        error.__cause__ = None  # a ValueError whose text contains the value
    kind = IntegrityError if isinstance(error, asyncpg.IntegrityConstraintViolationError) else DBAPIError
    return kind(None, None, error)


def rows_affected(status: str) -> int:
    """Return the number at the end of a command tag such as `UPDATE 3`; 0 for a tag without one."""
    number = status.rpartition(" ")[2]
    return int(number) if number.isdigit() else 0
