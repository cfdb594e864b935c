"""Marking lessons as done, and where to resume."""

from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_enrollment.certificates import service as certificates
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.courses import repository as course_rows
from edu_enrollment.courses import service as courses
from edu_enrollment.courses.errors import LessonNotFound
from edu_enrollment.enrollments import repository as enrollments
from edu_enrollment.metrics import LESSONS_COMPLETED
from edu_enrollment.models import CourseStatus, EnrollmentStatus
from edu_enrollment.progress import repository
from edu_enrollment.progress.errors import EnrollmentRequired
from edu_enrollment.progress.schemas import CourseProgress, EnrollmentProgress, LessonsDone, Position


async def complete(
    app: EnrollmentContext, user: Claims, lesson_id: UUID, course_id: UUID
) -> tuple[EnrollmentProgress, bool]:
    """Mark a lesson as done; return the student's progress, and whether the lesson was not done before.

    The mark and the certificate are two transactions: a client that got no response, because the process died in
    between, repeats the request, and that issues the certificate.
    """
    await _require_access(app, user, lesson_id, course_id)
    async with app.database.read() as connection:
        newly = await repository.complete(connection, user.user_id, course_id, lesson_id)
        if newly is None:
            raise EnrollmentRequired
        progress = await _progress(connection, user, course_id)
    if newly:
        LESSONS_COMPLETED.inc()
    if progress.earns_certificate:
        await certificates.issue(app, course_id, progress.enrollment_id)
        async with app.database.read() as connection:
            progress = await _progress(connection, user, course_id)
    return progress, newly


async def uncomplete(app: EnrollmentContext, user: Claims, lesson_id: UUID) -> None:
    """Remove a lesson's mark; a completion and its certificate stay."""
    async with app.database.unit_of_work() as unit:
        if await repository.uncomplete(unit, user.user_id, lesson_id):
            return
        known = await course_rows.is_lesson_of_published_course(unit, lesson_id)
    raise EnrollmentRequired if known else LessonNotFound


async def set_position(app: EnrollmentContext, user: Claims, lesson_id: UUID, body: Position) -> None:
    await _require_access(app, user, lesson_id, body.course_id)
    async with app.database.unit_of_work() as unit:
        enrollment_id = await _touch(unit, user, body.course_id, lesson_id)
        await repository.set_position(unit, enrollment_id, lesson_id, body.seconds, body.video_url)


async def of_course(app: EnrollmentContext, user: Claims, course_id: UUID) -> CourseProgress:
    """Return the user's progress, zeros for a visible course without an enrollment; raise `CourseNotFound`."""
    async with app.database.read() as connection:
        progress = await repository.get(connection, user.user_id, course_id)
    if progress and progress.course_status is not CourseStatus.DELETED:
        return progress
    course = await courses.get_visible(app, user, course_id)
    return CourseProgress(course_id=course_id, completed_lessons=0, total_lessons=len(course.lesson_ids))


async def lessons_of_course(app: EnrollmentContext, user: Claims, course_id: UUID) -> LessonsDone:
    """Return the progress by lesson, counted as in `of_course`."""
    await of_course(app, user, course_id)
    async with app.database.read() as connection:
        rows = await repository.lessons(connection, user.user_id, course_id)
    return LessonsDone(
        course_id=course_id,
        completed_lesson_ids=[row.lesson_id for row in rows if row.completed_at],
        positions={row.lesson_id: row.seconds for row in rows if row.seconds is not None},
        position_videos={row.lesson_id: row.video_url for row in rows if row.video_url is not None},
    )


async def _require_access(app: EnrollmentContext, user: Claims, lesson_id: UUID, course_id: UUID) -> None:
    """Raise an error unless the user is enrolled in the course and the course has the lesson."""
    async with app.database.read() as connection:
        enrollment = await enrollments.find(connection, user.user_id, course_id, lesson_id)
    if enrollment and enrollment["opens_lesson"]:
        return
    if enrollment is None:
        await courses.get_visible(app, user, course_id)
        raise EnrollmentRequired
    course = await courses.get(app, course_id)
    if enrollment["status"] == EnrollmentStatus.REVOKED:
        raise EnrollmentRequired
    await courses.require_lesson(app, course, lesson_id)


async def _touch(unit: UnitOfWork, user: Claims, course_id: UUID, lesson_id: UUID) -> UUID:
    """Return the locked enrollment; raise `EnrollmentRequired` if it was revoked in the meantime."""
    enrollment_id = await repository.touch(unit, user.user_id, course_id, lesson_id)
    if enrollment_id is None:
        raise EnrollmentRequired
    return enrollment_id


async def _progress(connection: Connection, user: Claims, course_id: UUID) -> EnrollmentProgress:
    progress = await repository.get(connection, user.user_id, course_id)
    if progress is None:
        raise EnrollmentRequired
    return progress
