"""Erasure: how an erased person's name leaves a service for good.

Whatever writes a person's name first locks the person shared, and then reads the name, or that there is none any more,
in a statement of its own. Renaming and erasing lock the person alone. So neither overlooks a row that another
transaction is about to commit, and no name is written after it was erased.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, bindparam, case, column, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

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
"""Fields of events' data: one that says whom the data are about, and one that says something personal of them."""

PERSON: ColumnElement[str] = bindparam("person", type_=Text)
PEOPLE = func.unnest(bindparam("people", type_=ARRAY(Text))).table_valued(column("id", Text)).render_derived()
LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(PERSON, 0)))
LOCK_SHARED = select(func.pg_advisory_xact_lock_shared(func.hashtextextended(PEOPLE.c.id, 0)))


async def lock(unit: UnitOfWork, user_id: UUID) -> None:
    """Keep everyone else from writing the person's name until the transaction ends."""
    await unit.execute(LOCK, person=str(user_id))


async def lock_shared(unit: UnitOfWork, *user_ids: UUID) -> None:
    """Keep people's names from being changed or erased until the transaction ends."""
    await unit.execute(LOCK_SHARED, people=sorted(map(str, user_ids)))


def people_in(data: Mapping[str, Any]) -> set[UUID]:
    """Return the people of whom an event's data say something personal."""
    return {UUID(data[field]) for field, personal in PERSONAL if field in data and personal in data}


def without(data: Mapping[str, Any], user_ids: Collection[UUID]) -> dict[str, Any]:
    """Return an event's data without what they say of these people: empty strings stand in its place."""
    of = {str(user_id) for user_id in user_ids}
    return {**data, **{personal: "" for field, personal in PERSONAL if personal in data and data.get(field) in of}}


def mentions(data: Any) -> ColumnElement[bool]:
    """Return "the event's data are about `PERSON`"."""
    return or_(*(data[field].astext == PERSON for field in dict.fromkeys(field for field, _ in PERSONAL)))


def anonymous(data: Any) -> ColumnElement[Any]:
    """Return what `without` does, in SQL, of `PERSON`."""
    erased = data
    for field, personal in PERSONAL:
        applies = and_(data[field].astext == PERSON, data.has_key(personal))
        erased = erased.concat(case((applies, literal({personal: ""}, JSONB)), else_=literal({}, JSONB)))
    return erased


ERASE_PUBLISHED = update(EVENTS).where(mentions(EVENTS.c.data)).values(data=anonymous(EVENTS.c.data))


async def erase_published(unit: UnitOfWork, user_id: UUID) -> None:
    """Remove a person from the events in the outbox, those too that are yet to be delivered."""
    await unit.execute(ERASE_PUBLISHED, person=str(user_id))
