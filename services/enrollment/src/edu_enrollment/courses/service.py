"""Courses, from events or, where those do not suffice, from calls to the course service."""

from contextlib import suppress
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.service_client import ServiceUnavailable
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.courses import repository
from edu_enrollment.courses.errors import CourseNotFound, LessonNotFound
from edu_enrollment.courses.schemas import Course
from edu_enrollment.models import CourseStatus


async def fetch(app: EnrollmentContext, course_id: UUID) -> Course:
    """Return the current course and save its snapshot; raise `CourseNotFound` or `ServiceUnavailable`."""
    course = await app.clients.course(course_id)
    if course is None:
        raise CourseNotFound
    async with app.database.read() as connection:
        known = await repository.get(connection, course_id)
    if course != known:
        async with app.database.unit_of_work() as unit:
            await repository.upsert(unit, course)
    return course


async def get(app: EnrollmentContext, course_id: UUID) -> Course:
    """Return the snapshot of the course, requesting the course when there is none; raise `CourseNotFound`."""
    return await _known(app, course_id) or await fetch(app, course_id)


async def get_visible(app: EnrollmentContext, user: Claims, course_id: UUID) -> Course:
    """Return the course if the user may see it, also one published just now; raise `CourseNotFound`.

    While the course service is unavailable, the snapshot decides.
    """
    course = await _known(app, course_id)
    if course is None:
        course = await fetch(app, course_id)
    elif not course.is_visible_to(user):
        with suppress(ServiceUnavailable):
            course = await fetch(app, course_id)
    if not course.is_visible_to(user):
        raise CourseNotFound
    return course


async def _known(app: EnrollmentContext, course_id: UUID) -> Course | None:
    """Return the snapshot of a course; raise `CourseNotFound` for a deleted one, which is not requested again."""
    async with app.database.read() as connection:
        course = await repository.get(connection, course_id)
    if course and course.status is CourseStatus.DELETED:
        raise CourseNotFound
    return course


async def require_lesson(app: EnrollmentContext, course: Course, lesson_id: UUID) -> None:
    """Raise `LessonNotFound` unless the course has that lesson, which may have been added just now."""
    if lesson_id not in course.lesson_ids and lesson_id not in (await fetch(app, course.course_id)).lesson_ids:
        raise LessonNotFound
