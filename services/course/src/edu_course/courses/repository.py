"""Rows of courses."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.pagination import Cursors, Listing, PageParams, Slice, by_newest
from edu_common.database.statements import Compiled, Connection, Row
from edu_course.courses.representation import COLUMNS
from edu_course.courses.slugs import candidates
from edu_course.models import Category, Course, Lesson, Module, Status

SHOWN = select(*COLUMNS, Course.version)
BY_ID = Compiled(SHOWN.where(Course.id == bindparam("id")))
BY_SLUG = Compiled(SHOWN.where(Course.slug == bindparam("slug")))

LESSON_IDS = Compiled(
    select(Lesson.id)
    .join(Module, Module.id == Lesson.module_id)
    .where(Lesson.course_id == bindparam("course_id"))
    .order_by(Module.position, Lesson.position)
)


async def find(connection: Connection, ref: UUID | str) -> Row | None:
    """`COLUMNS` and version of the course with that id or slug."""
    return await (connection.row(BY_ID, id=ref) if isinstance(ref, UUID) else connection.row(BY_SLUG, slug=ref))


async def lock(session: AsyncSession, course_id: UUID) -> Course | None:
    """The course, not to be written by others until the transaction ends; what refers to it may still be inserted."""
    return await session.scalar(select(Course).where(Course.id == course_id).with_for_update(key_share=True))


async def add(session: AsyncSession, values: Mapping[str, Any]) -> Course:
    """Insert a course under the first slug of its title that is free."""
    for slug in candidates(values["title"]):
        statement = insert(Course).values(slug=slug, **values).on_conflict_do_nothing(index_elements=["slug"])
        if course := await session.scalar(statement.returning(Course)):
            return course
    raise AssertionError("candidates never end")


async def rename_slug(session: AsyncSession, course_id: UUID, title: str) -> None:
    """Give a course the first slug of its new title that is free."""
    for slug in candidates(title):
        try:
            async with session.begin_nested():
                await session.execute(update(Course).where(Course.id == course_id).values(slug=slug))
            return
        except IntegrityError:
            continue


async def change(session: AsyncSession, course_id: UUID, values: Mapping[str, Any]) -> Course:
    """Write fields of a course and make it a new version."""
    statement = (
        update(Course)
        .where(Course.id == course_id)
        .values(**values, version=Course.version + 1, updated_at=func.clock_timestamp())
        .returning(Course)
    )
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one()


async def count_lessons(session: AsyncSession, course_id: UUID) -> Course:
    """Make the course a new version after its lessons changed."""
    lessons = select(func.count()).where(Lesson.course_id == course_id).scalar_subquery()
    return await change(session, course_id, {"lesson_count": lessons})


async def remove(session: AsyncSession, course_id: UUID) -> None:
    await session.execute(delete(Course).where(Course.id == course_id))


async def lesson_ids(connection: Connection, course_id: UUID) -> list[UUID]:
    """The course's lessons in order."""
    return [row[0] for row in await connection.rows(LESSON_IDS, course_id=course_id)]


async def find_category(session: AsyncSession, name: str) -> str | None:
    """The slug of the category with that slug or name, whatever the case.

    Compared here rather than in SQL, where the case of Cyrillic depends on the database's locale.
    """
    wanted = name.casefold()
    categories = await session.execute(select(Category.slug, Category.name, Category.name_ru))
    return next((row.slug for row in categories if wanted in {part.casefold() for part in row}), None)


NEWEST = by_newest(Course.created_at, Course.id)
OF_TEACHER = select(*COLUMNS).where(Course.teacher_id == bindparam("teacher_id"))
ALL_OF_TEACHER = Listing(OF_TEACHER, NEWEST)
SOME_OF_TEACHER = Listing(OF_TEACHER.where(Course.status == bindparam("status")), NEWEST)
COUNTS_OF_TEACHER = Compiled(
    select(
        *(func.count().filter(Course.status == status).label(status) for status in Status),
        func.coalesce(func.sum(Course.enrollment_count), 0).label("enrollments"),
        func.coalesce(func.sum(Course.review_count), 0).label("reviews"),
    ).where(Course.teacher_id == bindparam("teacher_id"))
)


async def list_of_teacher(
    connection: Connection, teacher_id: UUID, status: Status | None, params: PageParams, cursors: Cursors
) -> Slice:
    scope = {"list": "courses/my", "teacher": teacher_id, "status": status}
    if status is None:
        return await ALL_OF_TEACHER.page(connection, params, cursors, scope, teacher_id=teacher_id)
    return await SOME_OF_TEACHER.page(connection, params, cursors, scope, teacher_id=teacher_id, status=status)


async def counts_of_teacher(connection: Connection, teacher_id: UUID) -> dict[str, int]:
    """Courses by status, and all their enrollments and reviews."""
    return dict(await connection.row(COUNTS_OF_TEACHER, teacher_id=teacher_id) or {})


COUNT_ENROLLMENT = Compiled(
    update(Course)
    .where(Course.id == bindparam("course_id"))
    .values(enrollment_count=func.greatest(Course.enrollment_count + bindparam("step", type_=Integer), 0))
    .returning(Course.slug)
)


async def count_enrollment(connection: Connection, course_id: UUID, step: int) -> str | None:
    """Add to the count of enrollments; gives the course's slug."""
    return await connection.value(COUNT_ENROLLMENT, course_id=course_id, step=step)


async def rename_teacher(session: AsyncSession, teacher_id: UUID, name: str) -> list[Course]:
    """Correct the teacher's name; gives the courses that showed another one."""
    statement = (
        update(Course)
        .where(Course.teacher_id == teacher_id, Course.teacher_name != name)
        .values(teacher_name=name, version=Course.version + 1)
        .returning(Course)
    )
    return list(await session.scalars(statement))
