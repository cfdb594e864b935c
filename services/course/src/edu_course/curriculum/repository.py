"""SQL of modules and lessons."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Executable, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_course.courses.repository import HAS_TEXT, VISIBILITY
from edu_course.models import Course, Lesson, Module

Kind = TypeVar("Kind", Module, Lesson)

CURRICULUM = (
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
        HAS_TEXT,
        Lesson.version,
    )
    .join_from(Module, Lesson, Lesson.module_id == Module.id, isouter=True)
    .where(Module.course_id == bindparam("course_id"))
    .order_by(Module.position, Lesson.position)
)


async def curriculum(connection: Connection, course_id: UUID) -> list[Row]:
    """Return modules in order, each with its lessons in order; an empty module has one row with a lesson of nulls."""
    return await connection.all(CURRICULUM, course_id=course_id)


def _lesson_page() -> Executable:
    in_order = (Module.position, Lesson.position)
    course_id = select(Lesson.course_id).where(Lesson.id == bindparam("id")).scalar_subquery()
    adjacent = (
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
            adjacent.c.previous_id,
            adjacent.c.next_id,
            Course.teacher_id,
            VISIBILITY,
            Course.version.label("course_version"),
        )
        .join(adjacent, adjacent.c.id == Lesson.id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Lesson.id == bindparam("id"))
    )


LESSON_PAGE = _lesson_page()


async def lesson_page(connection: Connection, lesson_id: UUID) -> Row | None:
    """Return a lesson, the ids of the previous and next one, and the course columns that decide who may read it."""
    return await connection.first(LESSON_PAGE, id=lesson_id)


@cache
def _course_of(kind: type[Module | Lesson]) -> Executable:
    return select(kind.course_id).where(kind.id == bindparam("id"))


async def course_of(connection: Connection, kind: type[Kind], row_id: UUID) -> UUID | None:
    return await connection.scalar(_course_of(kind), id=row_id)


@cache
def _find(kind: type[Module | Lesson]) -> Executable:
    return select(kind.__table__).where(kind.id == bindparam("id"))


async def find(connection: Connection, kind: type[Kind], row_id: UUID) -> Kind | None:
    return await connection.load(kind, _find(kind), id=row_id)


MODULE_IDS = select(Module.id).where(Module.course_id == bindparam("course_id")).order_by(Module.position)


async def module_ids(connection: Connection, course_id: UUID) -> list[UUID]:
    """Return the course's modules in order."""
    return await connection.scalars(MODULE_IDS, course_id=course_id)


LESSON_IDS = select(Lesson.id).where(Lesson.module_id == bindparam("module_id")).order_by(Lesson.position)


async def lesson_ids(connection: Connection, module_id: UUID) -> list[UUID]:
    """Return the module's lessons in order."""
    return await connection.scalars(LESSON_IDS, module_id=module_id)


ADD_MODULE = insert(Module).values(binds(("id", "course_id", "title", "position"))).returning(*Module.__table__.columns)


async def add_module(unit: UnitOfWork, values: Mapping[str, Any]) -> Module:
    (module,) = await unit.load_all(Module, ADD_MODULE, **values)
    return module


ADD_LESSON = insert(Lesson).values(
    binds(
        (
            "id",
            "module_id",
            "course_id",
            "title",
            "content",
            "video_url",
            "duration_minutes",
            "position",
            "is_preview",
        )
    )
)


async def add_lesson(unit: UnitOfWork, values: Mapping[str, Any]) -> None:
    await unit.execute(ADD_LESSON, **values)


@lru_cache(maxsize=64)  # callers choose the columns, and not all combinations should stay in memory
def _update(kind: type[Module | Lesson], names: frozenset[str]) -> Executable:
    stamp = {"version": kind.version + 1, "updated_at": func.clock_timestamp()}
    statement = update(kind).where(kind.id == bindparam("row_id")).values(**binds(sorted(names)), **stamp)
    return statement.returning(*kind.__table__.columns)


async def change(unit: UnitOfWork, kind: type[Kind], row_id: UUID, changes: Mapping[str, Any]) -> Kind:
    """Write columns of a locked module or lesson and increment its version."""
    (changed,) = await unit.load_all(kind, _update(kind, frozenset(changes)), row_id=row_id, **changes)
    return changed


@cache
def _remove(kind: type[Module | Lesson]) -> Executable:
    return delete(kind).where(kind.id == bindparam("id"))


async def remove(unit: UnitOfWork, kind: type[Kind], row_id: UUID) -> None:
    await unit.execute(_remove(kind), id=row_id)


@cache
def _renumber(kind: type[Module | Lesson]) -> Executable:
    return update(kind).where(kind.id == bindparam("row_id")).values(binds(("position",)))


async def renumber(unit: UnitOfWork, kind: type[Kind], before: Sequence[UUID], after: Sequence[UUID]) -> None:
    """Number siblings from 1 in the order `after`; those whose position is the same as `before` are left alone."""
    pairs = enumerate(zip_longest(before[: len(after)], after), 1)
    moved = [{"row_id": new, "position": position} for position, (old, new) in pairs if old != new]
    if moved:
        await unit.execute_many(_renumber(kind), moved)


ASSIGN_LESSON = update(Lesson).where(Lesson.id == bindparam("lesson_id")).values(binds(("module_id", "position")))


async def assign_lessons(unit: UnitOfWork, lessons_by_module: Mapping[UUID, Sequence[UUID]]) -> None:
    """Move each lesson into its module, in that order."""
    assigned = [
        {"lesson_id": lesson_id, "module_id": module_id, "position": position}
        for module_id, lessons in lessons_by_module.items()
        for position, lesson_id in enumerate(lessons, 1)
    ]
    if assigned:
        await unit.execute_many(ASSIGN_LESSON, assigned)
