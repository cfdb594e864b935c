"""Erasure: how an erased person's name is removed from a service for good.

Code that writes a person's name first takes a shared lock on the person and then, in a statement of its own, reads the
name or finds that it was erased. Renaming and erasing take an exclusive lock. So neither misses a row that another
transaction is about to commit, and no name is written after it was erased.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from edu_common.database.models import binds
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events.outbox import EVENTS

PERSONAL = (
    ("user_id", "email"),
    ("user_id", "name"),
    ("user_id", "reason"),
    ("student_id", "student_name"),
    ("teacher_id", "teacher_name"),
    ("author_id", "author_name"),
)
"""Fields of events' data: one that identifies the person, and one with personal data about them."""

PERSON: ColumnElement[str] = bindparam("person", type_=Text)
PEOPLE = func.unnest(bindparam("people", type_=ARRAY(Text))).table_valued(column("id", Text)).render_derived()
LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(PERSON, 0)))
LOCK_SHARED = select(func.pg_advisory_xact_lock_shared(func.hashtextextended(PEOPLE.c.id, 0)))


async def lock(unit: UnitOfWork, user_id: UUID) -> None:
    """Keep other transactions from writing the person's name until this one ends."""
    await unit.execute(LOCK, person=str(user_id))


async def lock_shared(unit: UnitOfWork, *user_ids: UUID) -> None:
    """Keep people's names from being changed or erased until the transaction ends."""
    await unit.execute(LOCK_SHARED, people=sorted(map(str, user_ids)))


class ErasedUserColumns:
    """The table of erased users, for models of services in which something in progress could restore them."""

    __tablename__ = "erased_users"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


ERASED_USERS = table(ErasedUserColumns.__tablename__, column("user_id", Uuid))
REMEMBER = insert(ERASED_USERS).values(binds(("user_id",))).on_conflict_do_nothing()


async def remember(unit: UnitOfWork, user_id: UUID) -> None:
    """Record that a user was erased, in a service that has the table; `lock` them first."""
    await unit.execute(REMEMBER, user_id=user_id)


def people_in(data: Mapping[str, Any]) -> set[UUID]:
    """Return the people whose personal data an event contains."""
    return {UUID(data[field]) for field, personal in PERSONAL if field in data and personal in data}


def without(data: Mapping[str, Any], user_ids: Collection[UUID]) -> dict[str, Any]:
    """Return an event's data with the personal data of these people replaced by empty strings."""
    of = {str(user_id) for user_id in user_ids}
    return {**data, **{personal: "" for field, personal in PERSONAL if personal in data and data.get(field) in of}}


def mentions(data: Any) -> ColumnElement[bool]:
    """Return the condition that the event's data are about `PERSON`."""
    return or_(*(data[field].astext == PERSON for field in dict.fromkeys(field for field, _ in PERSONAL)))


def anonymous(data: Any) -> ColumnElement[Any]:
    """Return the SQL expression for what `without` does with the data of `PERSON`."""
    erased = data
    for field, personal in PERSONAL:
        applies = and_(data[field].astext == PERSON, data.has_key(personal))
        erased = erased.concat(case((applies, literal({personal: ""}, JSONB)), else_=literal({}, JSONB)))
    return erased


ERASE_PUBLISHED = update(EVENTS).where(mentions(EVENTS.c.data)).values(data=anonymous(EVENTS.c.data))


async def erase_published(unit: UnitOfWork, user_id: UUID) -> None:
    """Remove a person from the events in the outbox, including those not delivered yet."""
    await unit.execute(ERASE_PUBLISHED, person=str(user_id))
