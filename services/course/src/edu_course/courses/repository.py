"""SQL of courses."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Integer, and_, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.pagination import Cursors, Listing, PageParams, Slice, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_course.courses.representation import COLUMNS
from edu_course.courses.schemas import CourseCreate
from edu_course.courses.slugs import candidates
from edu_course.models import Category, Course, Lesson, Module, Status

VERSIONED = (*COLUMNS, Course.version)
"""The columns of a `Course` that is loaded here."""

VISIBILITY = case(
    (~Course.taken_down_access, Status.DRAFT),
    (and_(Course.status == Status.DRAFT, Course.published_at.is_not(None)), Status.ARCHIVED),
    else_=Course.status,
).label("visibility")
"""The status that decides who sees a course: an unpublished one stays visible to its students, as if archived.

One that was taken down even from its students is for its teacher and admins, as if it was never published.
"""

SHOWN = select(*VERSIONED, VISIBILITY)
BY_ID = SHOWN.where(Course.id == bindparam("id"))
BY_SLUG = SHOWN.where(Course.slug == bindparam("slug"))


async def find(connection: Connection, ref: UUID | str) -> Row | None:
    """Return `COLUMNS`, version and `visibility` of the course with that id or slug."""
    if isinstance(ref, UUID):
        return await connection.first(BY_ID, id=ref)
    return await connection.first(BY_SLUG, slug=ref)


LOCK = select(*VERSIONED).where(Course.id == bindparam("id")).with_for_update(key_share=True)


async def lock(unit: UnitOfWork, course_id: UUID) -> Course | None:
    """Keep others from writing a course until the transaction ends; rows that refer to it may still be inserted."""
    return await unit.load(Course, LOCK, id=course_id)


ADD = (
    insert(Course)
    .values(binds(("id", "teacher_id", "teacher_name", "slug", *CourseCreate.model_fields)))
    .on_conflict_do_nothing(index_elements=["slug"])
    .returning(*VERSIONED)
)


async def add(unit: UnitOfWork, values: Mapping[str, Any]) -> Course:
    """Insert a course under the first free slug of its title."""
    for slug in candidates(values["title"]):
        if course := await unit.load(Course, ADD, slug=slug, **values):
            return course
    raise AssertionError("candidates never end")


RENAME_SLUG = update(Course).where(Course.id == bindparam("course_id")).values(binds(("slug",)))


async def rename_slug(unit: UnitOfWork, course_id: UUID, title: str) -> None:
    """Give a course the first free slug of its new title."""
    for slug in candidates(title):
        try:
            async with unit.savepoint():
                await unit.execute(RENAME_SLUG, course_id=course_id, slug=slug)
            return
        except IntegrityError:
            continue


def _revision(**values: Any) -> Executable:
    """Return the statement that writes columns of a course and increments its version."""
    stamp = {"version": Course.version + 1, "updated_at": func.clock_timestamp()}
    statement = update(Course).where(Course.id == bindparam("course_id")).values(**values, **stamp)
    return statement.returning(*VERSIONED)


@lru_cache(maxsize=256)  # callers choose the columns, and not all combinations should stay in memory
def _update(names: frozenset[str]) -> Executable:
    return _revision(**binds(sorted(names)))


async def change(unit: UnitOfWork, course_id: UUID, changes: Mapping[str, Any]) -> Course:
    """Write columns of a locked course and increment its version."""
    (course,) = await unit.load_all(Course, _update(frozenset(changes)), course_id=course_id, **changes)
    return course


COUNT_LESSONS = _revision(
    lesson_count=select(func.count()).where(Lesson.course_id == bindparam("course_id")).scalar_subquery()
)


async def count_lessons(unit: UnitOfWork, course_id: UUID) -> Course:
    """Update the lesson count of a locked course and increment its version."""
    (course,) = await unit.load_all(Course, COUNT_LESSONS, course_id=course_id)
    return course


HAS_TEXT = case(
    # The length is known without reading a long text from where Postgres stores it.
    (func.octet_length(Lesson.content) > 2000, True),
    else_=Lesson.content.regexp_match(r"\S"),
).label("has_text")

EMPTY_LESSONS = (
    select(Lesson.id, Lesson.title)
    .join(Module, Module.id == Lesson.module_id)
    .where(Lesson.course_id == bindparam("course_id"), ~HAS_TEXT.element, Lesson.video_url.is_(None))
    .order_by(Module.position, Lesson.position)
)


async def empty_lessons(connection: Connection, course_id: UUID) -> list[Row]:
    """Return id and title of the course's lessons that have neither text nor a video, in order."""
    return await connection.all(EMPTY_LESSONS, course_id=course_id)


REMOVE = delete(Course).where(Course.id == bindparam("id"))


async def remove(unit: UnitOfWork, course_id: UUID) -> None:
    await unit.execute(REMOVE, id=course_id)


PUBLISHED_BY = (
    select(Course.id)
    .where(Course.teacher_id == bindparam("teacher_id"), Course.status == Status.PUBLISHED)
    .order_by(Course.id)
)


async def published_by(connection: Connection, teacher_id: UUID) -> list[UUID]:
    """Return the courses that a teacher has published, in the order in which to lock them."""
    return await connection.scalars(PUBLISHED_BY, teacher_id=teacher_id)


NOT_TO_BE_PUBLISHED_AGAIN = (
    update(Course)
    .where(Course.teacher_id == bindparam("of_teacher"), Course.taken_down_from.is_not(None))
    .values(taken_down_from=Status.ARCHIVED, taken_down_reason="")
)


async def end_taken_down(unit: UnitOfWork, teacher_id: UUID) -> None:
    """Have the courses of an erased teacher that are taken down stay off sale once restored; remove the reasons."""
    await unit.execute(NOT_TO_BE_PUBLISHED_AGAIN, of_teacher=teacher_id)


LESSON_IDS = (
    select(Lesson.id)
    .join(Module, Module.id == Lesson.module_id)
    .where(Lesson.course_id == bindparam("course_id"))
    .order_by(Module.position, Lesson.position)
)


async def lesson_ids(connection: Connection, course_id: UUID) -> list[UUID]:
    """Return the course's lessons in order."""
    return await connection.scalars(LESSON_IDS, course_id=course_id)


CATEGORY_NAMES = select(Category.slug, Category.name, Category.name_ru)


async def find_category(connection: Connection, name: str) -> str | None:
    """Return the slug of the category with that slug or name, ignoring case.

    Compared here rather than in SQL, where the case of Cyrillic depends on the database's locale.
    """
    wanted = name.casefold()
    categories = await connection.all(CATEGORY_NAMES)
    return next((row["slug"] for row in categories if wanted in {part.casefold() for part in row}), None)


NEWEST = by_newest(Course.created_at, Course.id)
OF_TEACHER = select(*COLUMNS).where(Course.teacher_id == bindparam("teacher_id"))
ALL_OF_TEACHER = Listing(OF_TEACHER, NEWEST)
SOME_OF_TEACHER = Listing(OF_TEACHER.where(Course.status == bindparam("status")), NEWEST)


async def list_of_teacher(
    connection: Connection, teacher_id: UUID, status: Status | None, params: PageParams, cursors: Cursors
) -> Slice:
    """Return a page of the teacher's courses, of one status or all, newest first."""
    scope = {"list": "courses/my", "teacher": teacher_id, "status": status}
    if status is None:
        return await ALL_OF_TEACHER.paginate(connection, params, cursors, scope, teacher_id=teacher_id)
    return await SOME_OF_TEACHER.paginate(connection, params, cursors, scope, teacher_id=teacher_id, status=status)


COUNTS_OF_TEACHER = select(
    *(func.count().filter(Course.status == status).label(status) for status in Status),
    func.coalesce(func.sum(Course.enrollment_count), 0).label("enrollments"),
    func.coalesce(func.sum(Course.review_count), 0).label("reviews"),
).where(Course.teacher_id == bindparam("teacher_id"))


async def counts_of_teacher(connection: Connection, teacher_id: UUID) -> dict[str, int]:
    """Return the number of courses by status, and the sums of their enrollments and reviews."""
    (counts,) = await connection.all(COUNTS_OF_TEACHER, teacher_id=teacher_id)
    return dict(counts)


COUNT_ENROLLMENT = (
    update(Course)
    .where(Course.id == bindparam("course_id"))
    .values(enrollment_count=func.greatest(Course.enrollment_count + bindparam("step", type_=Integer), 0))
    .returning(Course.slug)
)


async def count_enrollment(unit: UnitOfWork, course_id: UUID, step: int) -> str | None:
    """Change the count of enrollments; return the course's slug, or None when there is no such course."""
    return await unit.scalar(COUNT_ENROLLMENT, course_id=course_id, step=step)


RENAME_TEACHER = (
    update(Course)
    .where(Course.teacher_id == bindparam("of_teacher"), Course.teacher_name != bindparam("name"))
    .values(teacher_name=bindparam("name"), version=Course.version + 1)
    .returning(Course.id, Course.slug)
)


async def rename_teacher(unit: UnitOfWork, teacher_id: UUID, name: str) -> list[Row]:
    """Update the teacher's name; return id and slug of the courses that showed another one."""
    return await unit.all(RENAME_TEACHER, of_teacher=teacher_id, name=name)
