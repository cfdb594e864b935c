"""Rows of modules and lessons."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.statements import Compiled, Connection, Row
from edu_course.models import Course, Lesson, Module

Kind = TypeVar("Kind", Module, Lesson)


OUTLINE = Compiled(
    select(
        Module.id.label("module_id"),
        Module.title.label("module_title"),
        Module.position.label("module_position"),
        Module.version.label("module_version"),
        Lesson.id,
        Lesson.title,
        Lesson.duration_minutes,
        Lesson.position,
        Lesson.is_preview,
        Lesson.video_url.is_not(None).label("has_video"),
        Lesson.version,
    )
    .join_from(Module, Lesson, Lesson.module_id == Module.id, isouter=True)
    .where(Module.course_id == bindparam("course_id"))
    .order_by(Module.position, Lesson.position)
)


def _lesson_page() -> Select[*tuple[Any, ...]]:
    in_order = (Module.position, Lesson.position)
    course_id = select(Lesson.course_id).where(Lesson.id == bindparam("id")).scalar_subquery()
    places = (
        select(
            Lesson.id,
            func.lag(Lesson.id).over(order_by=in_order).label("previous_id"),
            func.lead(Lesson.id).over(order_by=in_order).label("next_id"),
        )
        .join(Module, Module.id == Lesson.module_id)
        .where(Lesson.course_id == course_id)
        .subquery()
    )
    return (
        select(
            Lesson.__table__,
            places.c.previous_id,
            places.c.next_id,
            Course.teacher_id,
            Course.status,
            Course.version.label("course_version"),
        )
        .join(places, places.c.id == Lesson.id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Lesson.id == bindparam("id"))
    )


LESSON_PAGE = Compiled(_lesson_page())


async def outline(connection: Connection, course_id: UUID) -> Sequence[Row]:
    """Modules in order, each with its lessons in order; a module without any has one row with a lesson of nulls."""
    return await connection.rows(OUTLINE, course_id=course_id)


async def course_of(session: AsyncSession, kind: type[Kind], row_id: UUID) -> UUID | None:
    return await session.scalar(select(kind.course_id).where(kind.id == row_id))


async def find(session: AsyncSession, kind: type[Kind], row_id: UUID) -> Kind | None:
    return await session.scalar(select(kind).where(kind.id == row_id))


async def lesson_page(connection: Connection, lesson_id: UUID) -> Row | None:
    """A lesson with its neighbours' ids, and what of its course decides who may read it; None for an unknown one."""
    return await connection.row(LESSON_PAGE, id=lesson_id)


async def module_ids(session: AsyncSession, course_id: UUID) -> list[UUID]:
    query = select(Module.id).where(Module.course_id == course_id).order_by(Module.position)
    return list(await session.scalars(query))


async def lesson_ids(session: AsyncSession, module_id: UUID) -> list[UUID]:
    query = select(Lesson.id).where(Lesson.module_id == module_id).order_by(Lesson.position)
    return list(await session.scalars(query))


async def add(session: AsyncSession, kind: type[Kind], values: Mapping[str, Any]) -> Kind:
    return (await session.scalars(insert(kind).values(**values).returning(kind))).one()


async def change(session: AsyncSession, kind: type[Kind], row_id: UUID, values: Mapping[str, Any]) -> Kind:
    """Write fields of a module or lesson and make it a new version."""
    stamp = {"version": kind.version + 1, "updated_at": func.clock_timestamp()}
    statement = update(kind).where(kind.id == row_id).values(**values, **stamp).returning(kind)
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one()


async def remove(session: AsyncSession, kind: type[Kind], row_id: UUID) -> None:
    await session.execute(delete(kind).where(kind.id == row_id))


async def renumber(session: AsyncSession, kind: type[Kind], before: Sequence[UUID], after: Sequence[UUID]) -> None:
    """Number siblings from 1 in the order `after`; those that stand where they stood `before` are left alone."""
    pairs = enumerate(zip_longest(before[: len(after)], after), 1)
    moved = [{"id": new, "position": position} for position, (old, new) in pairs if old != new]
    if moved:
        await session.execute(update(kind), moved)


async def place_lessons(session: AsyncSession, lessons_by_module: Mapping[UUID, Sequence[UUID]]) -> None:
    """Put each lesson into its module, in that order."""
    places = [
        {"id": lesson_id, "module_id": module_id, "position": position}
        for module_id, lessons in lessons_by_module.items()
        for position, lesson_id in enumerate(lessons, 1)
    ]
    if places:
        await session.execute(update(Lesson), places)
