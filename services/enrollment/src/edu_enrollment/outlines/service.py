"""Courses, from what events told or, where that does not suffice, by asking the course service."""

from contextlib import suppress
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.service_client import ServiceUnavailable
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.models import CourseStatus
from edu_enrollment.outlines import repository
from edu_enrollment.outlines.errors import CourseNotFound, LessonNotFound
from edu_enrollment.outlines.schemas import Outline


async def ask(app: EnrollmentContext, course_id: UUID) -> Outline:
    """The course at this moment, kept from now on; raises `CourseNotFound` and `ServiceUnavailable`."""
    outline = await app.course.get(Outline, f"/internal/courses/{course_id}")
    if outline is None:
        raise CourseNotFound
    async with app.database.connection() as connection:
        if outline != await repository.get(connection, course_id):
            await repository.upsert(connection, outline)
    return outline


async def get(app: EnrollmentContext, course_id: UUID) -> Outline:
    """The course as it is known here, asked for when it is not; raises `CourseNotFound`."""
    return await _known(app, course_id) or await ask(app, course_id)


async def get_visible(app: EnrollmentContext, user: Claims, course_id: UUID) -> Outline:
    """The course, for a user who may see it; one published just now counts. Raises `CourseNotFound`.

    While the course service is away, what is known here decides.
    """
    outline = await _known(app, course_id)
    if outline is None:
        outline = await ask(app, course_id)
    elif not outline.is_visible_to(user):
        with suppress(ServiceUnavailable):
            outline = await ask(app, course_id)
    if not outline.is_visible_to(user):
        raise CourseNotFound
    return outline


async def _known(app: EnrollmentContext, course_id: UUID) -> Outline | None:
    """What is kept here of a course; raises `CourseNotFound` for a deleted one, which is not asked for again."""
    async with app.database.connection() as connection:
        outline = await repository.get(connection, course_id)
    if outline and outline.status is CourseStatus.DELETED:
        raise CourseNotFound
    return outline


async def require_lesson(app: EnrollmentContext, outline: Outline, lesson_id: UUID) -> None:
    """Raise `LessonNotFound` unless the course has that lesson; a lesson added just now counts."""
    if lesson_id not in outline.lesson_ids and lesson_id not in (await ask(app, outline.course_id)).lesson_ids:
        raise LessonNotFound
