"""Use cases of a curriculum. Each write locks the course first, so that positions stay correct under concurrency."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.executor import Row
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import DomainError, NotFound, Unauthenticated
from edu_common.ids import new_id
from edu_common.web.conditional import PRIVATE, Representation, require_match
from edu_course.context import CourseContext, Shown
from edu_course.courses import repository as courses
from edu_course.courses.access import lock_own, manages, read, require_visible
from edu_course.courses.errors import CourseNotFound
from edu_course.courses.representation import fields
from edu_course.curriculum import repository
from edu_course.curriculum.repository import Kind
from edu_course.curriculum.representation import represent_curriculum, represent_lesson, represent_module
from edu_course.curriculum.schemas import (
    MAX_LESSONS,
    MAX_MODULES,
    CurriculumOrder,
    LessonCreate,
    LessonUpdate,
    ModuleCreate,
    ModuleUpdate,
)
from edu_course.models import Course, Lesson, Module, Status
from edu_course.publishers import publish_course, publish_lessons_deleted


class ModuleNotFound(NotFound):
    detail = "There is no such module, or it is not yours to see."


class LessonNotFound(NotFound):
    detail = "There is no such lesson, or it is not yours to see."


class CurriculumMismatch(DomainError):
    status = 409
    code = "curriculum_mismatch"
    detail = "The order must name each module and each lesson of the course once. Read the curriculum again."


class CurriculumFull(DomainError):
    status = 409
    code = "curriculum_full"


async def read_curriculum(app: CourseContext, user: Claims | None, course_id: UUID) -> tuple[Representation, str]:
    """Return the curriculum of a course that the user may see, and its `Cache-Control`."""
    shown, cache_control = await read(app, user, course_id, "curriculum", partial(_load_curriculum, app, course_id))
    return shown.representation, cache_control


async def _load_curriculum(app: CourseContext, course_id: UUID) -> Shown:
    async with app.database.read() as connection:
        # The course first: an ETag older than the rows is harmless, a newer one would keep old rows in caches.
        course = await courses.find(connection, course_id)
        if course is None:
            raise CourseNotFound
        rows = await repository.curriculum(connection, course_id)
    curriculum = represent_curriculum(course, course["version"], rows)
    return Shown(course["id"], course["teacher_id"], Status(course["visibility"]), curriculum)


async def reorder(
    app: CourseContext, user: Claims, course_id: UUID, body: CurriculumOrder, if_match: str | None
) -> Representation:
    """Reorder modules and lessons; raise `CurriculumMismatch` unless each is listed exactly once."""
    wanted = [(module.id, module.lessons) for module in body.modules]
    async with app.database.unit_of_work() as unit:
        course = await lock_own(unit, user, course_id)
        require_match(if_match, course.version)
        rows = await repository.curriculum(unit, course_id)
        before = _order_of(rows)
        if _sorted_ids(wanted) != _sorted_ids(before):
            raise CurriculumMismatch
        if wanted != before:
            await repository.renumber(unit, Module, [module for module, _ in before], [module for module, _ in wanted])
            await repository.assign_lessons(unit, dict(wanted))
            course = await _revise(app, unit, course)
            rows = await repository.curriculum(unit, course_id)
    return represent_curriculum(fields(course), course.version, rows)


def _order_of(rows: Sequence[Row]) -> list[tuple[UUID, list[UUID]]]:
    """Return the modules in order, each with its lessons in order, of the rows of `repository.curriculum`."""
    return [
        (module_id, [row["id"] for row in of_module if row["id"]])
        for module_id, of_module in groupby(rows, key=itemgetter("module_id"))
    ]


def _sorted_ids(order: Sequence[tuple[UUID, Sequence[UUID]]]) -> tuple[list[UUID], list[UUID]]:
    """Return the modules and the lessons of an order, each as often as it is listed."""
    return sorted(module for module, _ in order), sorted(lesson for _, lessons in order for lesson in lessons)


async def add_module(app: CourseContext, user: Claims, course_id: UUID, body: ModuleCreate) -> Representation:
    module_id = new_id()
    async with app.database.unit_of_work() as unit:
        course = await lock_own(unit, user, course_id)
        before = await repository.module_ids(unit, course_id)
        if len(before) >= MAX_MODULES:
            raise CurriculumFull(f"A course has at most {MAX_MODULES} modules.")
        after = moved_to(before, module_id, body.order)
        values = {"id": module_id, "course_id": course_id, "title": body.title}
        module = await repository.add_module(unit, values | {"position": after.index(module_id) + 1})
        await repository.renumber(unit, Module, before, after)
        await _revise(app, unit, course)
    return represent_module(module)


async def update_module(
    app: CourseContext, user: Claims, module_id: UUID, body: ModuleUpdate, if_match: str | None
) -> Representation:
    changes = body.changes()
    order = changes.pop("order", None)
    async with app.database.unit_of_work() as unit:
        course, module = await _lock_item(unit, user, Module, module_id, ModuleNotFound)
        require_match(if_match, module.version)
        before = await repository.module_ids(unit, course.id)
        after = before if order is None else moved_to(before, module_id, order)
        if after != before or _differs(module, changes):
            await repository.renumber(unit, Module, before, after)
            module = await repository.change(unit, Module, module_id, changes)
            await _revise(app, unit, course)
    return represent_module(module)


async def delete_module(app: CourseContext, user: Claims, module_id: UUID) -> None:
    """Delete a module with its lessons."""
    async with app.database.unit_of_work() as unit:
        course, _ = await _lock_item(unit, user, Module, module_id, ModuleNotFound)
        before = await repository.module_ids(unit, course.id)
        lessons = await repository.lesson_ids(unit, module_id)
        await repository.remove(unit, Module, module_id)
        await repository.renumber(unit, Module, before, [other for other in before if other != module_id])
        await _revise(app, unit, course)
        if lessons:
            await publish_lessons_deleted(unit, course.id, lessons)


async def read_lesson(app: CourseContext, user: Claims | None, lesson_id: UUID) -> tuple[Representation, str]:
    """Return a lesson and its `Cache-Control`, if the user may read it.

    Raise `LessonNotFound`, `CourseNotFound` if the user must not learn of the course, `Unauthenticated` or
    `EnrollmentRequired`.
    """
    async with app.database.read() as connection:
        lesson = await repository.lesson_page(connection, lesson_id)
    if lesson is None:
        raise LessonNotFound
    cache_control = await require_visible(app, user, lesson)
    if lesson.is_preview or cache_control == PRIVATE:
        return represent_lesson(lesson), cache_control
    if user is None:
        raise Unauthenticated
    if not manages(user, lesson.teacher_id):
        await app.enrollments.require(user.user_id, lesson.course_id)
    return represent_lesson(lesson), PRIVATE


async def add_lesson(app: CourseContext, user: Claims, module_id: UUID, body: LessonCreate) -> Representation:
    lesson_id = new_id()
    async with app.database.unit_of_work() as unit:
        course, module = await _lock_item(unit, user, Module, module_id, ModuleNotFound)
        if course.lesson_count >= MAX_LESSONS:
            raise CurriculumFull(f"A course has at most {MAX_LESSONS} lessons.")
        before = await repository.lesson_ids(unit, module_id)
        after = moved_to(before, lesson_id, body.order)
        values = body.model_dump(exclude={"order"}) | {
            "id": lesson_id,
            "module_id": module.id,
            "course_id": course.id,
            "position": after.index(lesson_id) + 1,
        }
        await repository.add_lesson(unit, values)
        await repository.renumber(unit, Lesson, before, after)
        await _revise(app, unit, course)
        return await _represent_lesson(unit, lesson_id)


async def update_lesson(
    app: CourseContext, user: Claims, lesson_id: UUID, body: LessonUpdate, if_match: str | None
) -> Representation:
    changes = body.changes()
    order = changes.pop("order", None)
    async with app.database.unit_of_work() as unit:
        course, lesson = await _lock_item(unit, user, Lesson, lesson_id, LessonNotFound)
        require_match(if_match, lesson.version)
        before = await repository.lesson_ids(unit, lesson.module_id)
        after = before if order is None else moved_to(before, lesson_id, order)
        if after != before or _differs(lesson, changes):
            await repository.renumber(unit, Lesson, before, after)
            await repository.change(unit, Lesson, lesson_id, changes)
            await _revise(app, unit, course)
        return await _represent_lesson(unit, lesson_id)


async def delete_lesson(app: CourseContext, user: Claims, lesson_id: UUID) -> None:
    async with app.database.unit_of_work() as unit:
        course, lesson = await _lock_item(unit, user, Lesson, lesson_id, LessonNotFound)
        before = await repository.lesson_ids(unit, lesson.module_id)
        await repository.remove(unit, Lesson, lesson_id)
        await repository.renumber(unit, Lesson, before, [other for other in before if other != lesson_id])
        await _revise(app, unit, course)
        await publish_lessons_deleted(unit, course.id, [lesson_id])


def _differs(item: Module | Lesson, changes: Mapping[str, Any]) -> bool:
    """Return whether a change affects a module or lesson: equal values do not make a new version."""
    return any(value != getattr(item, name) for name, value in changes.items())


def moved_to(ids: Sequence[UUID], new: UUID, order: int | None) -> list[UUID]:
    """Return `ids` with `new` at position `order`, counted from 1; last if past the end or without an order."""
    others = [other for other in ids if other != new]
    index = len(others) if order is None else max(order - 1, 0)
    return [*others[:index], new, *others[index:]]


async def _lock_item(
    unit: UnitOfWork, user: Claims, kind: type[Kind], item_id: UUID, missing: type[NotFound]
) -> tuple[Course, Kind]:
    """Lock the user's course of a module or lesson and return both; raise `missing` when there is none."""
    course_id = await repository.course_of(unit, kind, item_id)
    if course_id is None:
        raise missing
    course = await lock_own(unit, user, course_id)
    # Read while locked: it may have been deleted or moved since.
    item = await repository.find(unit, kind, item_id)
    if item is None:
        raise missing
    return course, item


async def _revise(app: CourseContext, unit: UnitOfWork, course: Course) -> Course:
    """Increment the course's version, publish the event and drop the cached course."""
    revised = await courses.count_lessons(unit, course.id)
    await publish_course(unit, "course.updated", revised)
    app.forget(unit, revised.id, revised.slug, listed=revised.status == Status.PUBLISHED)
    return revised


async def _represent_lesson(unit: UnitOfWork, lesson_id: UUID) -> Representation:
    lesson = await repository.lesson_page(unit, lesson_id)
    if lesson is None:
        raise LessonNotFound
    return represent_lesson(lesson)
