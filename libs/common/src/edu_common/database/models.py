"""The declarative base of the tables that every service has, and helpers with which services declare their own."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, DateTime, MetaData, Text, any_, bindparam, func, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

COLUMN_TYPES: dict[Any, Any] = {str: Text(), datetime: DateTime(timezone=True), dict[str, Any]: JSONB()}
"""Strings are `text`, times have a time zone, dicts are `jsonb`."""


def new_metadata() -> MetaData:
    return MetaData(naming_convention=NAMING)


class Base(DeclarativeBase):
    """Declarative base of the tables that every service has; each service declares its own base in the same way."""

    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


def binds(names: Iterable[str]) -> dict[str, BindParameter[Any]]:
    """Return the values of an INSERT or UPDATE as parameters with the names of the columns."""
    return {name: bindparam(name) for name in names}


def one_of(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that the column has one of these values, which become part of the statement."""
    return column == any_(literal(list(values), ARRAY(column.type)))


def in_list(column: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that the column has one of the values in the list parameter `name`."""
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def is_due(at: Any, longest: timedelta) -> ColumnElement[bool]:
    """Return the condition that the time in the column has come; waits longer than `longest` do not count.

    A time further ahead was written before the clock stepped back; it must not wait for the clock to catch up.
    """
    now = func.statement_timestamp()
    return or_(at <= now, at > now + longest)
