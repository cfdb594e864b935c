"""Marking lessons as done, and where to resume."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims
from edu_common.database.statements import Connection
from edu_enrollment.certificates import service as certificates
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.enrollments import repository as enrollments
from edu_enrollment.metrics import LESSONS_COMPLETED
from edu_enrollment.models import CourseStatus, EnrollmentStatus
from edu_enrollment.outlines import repository as outline_rows
from edu_enrollment.outlines import service as outlines
from edu_enrollment.outlines.errors import LessonNotFound
from edu_enrollment.progress import repository
from edu_enrollment.progress.errors import EnrollmentRequired
from edu_enrollment.progress.schemas import CourseProgress, LessonsDone, Position, Standing


async def complete(app: EnrollmentContext, user: Claims, lesson_id: UUID, course_id: UUID) -> tuple[Standing, bool]:
    """Mark a lesson as done; gives where the student stands, and whether the lesson was not done before.

    The mark and the certificate are two transactions: whoever hears nothing because the process died between them
    repeats the request, and that issues the certificate.
    """
    await _require_access(app, user, lesson_id, course_id)
    async with app.database.connection() as connection:
        newly = await repository.complete(connection, user.user_id, course_id, lesson_id)
        if newly is None:
            raise EnrollmentRequired
        standing = await _standing(connection, user, course_id)
    if newly:
        LESSONS_COMPLETED.inc()
    if standing.earns_certificate:
        await certificates.issue(app, course_id, standing.enrollment_id)
        async with app.database.connection() as connection:
            standing = await _standing(connection, user, course_id)
    return standing, newly


async def uncomplete(app: EnrollmentContext, user: Claims, lesson_id: UUID) -> None:
    """Take a lesson's mark away; a completion and its certificate stay."""
    async with app.database.transaction() as session:
        if await repository.uncomplete(session, user.user_id, lesson_id):
            return
        known = await outline_rows.is_lesson_of_published_course(session, lesson_id)
    raise EnrollmentRequired if known else LessonNotFound


async def set_position(app: EnrollmentContext, user: Claims, lesson_id: UUID, body: Position) -> None:
    await _require_access(app, user, lesson_id, body.course_id)
    async with app.database.transaction() as session:
        enrollment_id = await _touch(session, user, body.course_id, lesson_id)
        await repository.set_position(session, enrollment_id, lesson_id, body.seconds)


async def of_course(app: EnrollmentContext, user: Claims, course_id: UUID) -> CourseProgress:
    """The user's progress, zeros for a visible course that they don't take; raises `CourseNotFound`."""
    async with app.database.connection() as connection:
        standing = await repository.standing(connection, user.user_id, course_id)
    if standing and standing.course_status is not CourseStatus.DELETED:
        return standing
    outline = await outlines.get_visible(app, user, course_id)
    return CourseProgress(course_id=course_id, completed_lessons=0, total_lessons=len(outline.lesson_ids))


async def lessons_of_course(app: EnrollmentContext, user: Claims, course_id: UUID) -> LessonsDone:
    """Lesson by lesson, as `of_course` counts them."""
    await of_course(app, user, course_id)
    async with app.database.read() as session:
        rows = await repository.lessons(session, user.user_id, course_id)
    return LessonsDone(
        course_id=course_id,
        completed_lesson_ids=[row.lesson_id for row in rows if row.completed_at],
        positions={row.lesson_id: row.seconds for row in rows if row.seconds is not None},
    )


async def _require_access(app: EnrollmentContext, user: Claims, lesson_id: UUID, course_id: UUID) -> None:
    """Raise unless the user takes the course and the course has the lesson."""
    async with app.database.connection() as connection:
        enrollment = await enrollments.find(connection, user.user_id, course_id, lesson_id)
    if enrollment and enrollment["opens_lesson"]:
        return
    if enrollment is None:
        await outlines.get_visible(app, user, course_id)
        raise EnrollmentRequired
    outline = await outlines.get(app, course_id)
    if enrollment["status"] == EnrollmentStatus.REVOKED:
        raise EnrollmentRequired
    await outlines.require_lesson(app, outline, lesson_id)


async def _touch(session: AsyncSession, user: Claims, course_id: UUID, lesson_id: UUID) -> UUID:
    """The enrollment, locked; raises `EnrollmentRequired` when it was revoked meanwhile."""
    enrollment_id = await repository.touch(session, user.user_id, course_id, lesson_id)
    if enrollment_id is None:
        raise EnrollmentRequired
    return enrollment_id


async def _standing(connection: Connection, user: Claims, course_id: UUID) -> Standing:
    standing = await repository.standing(connection, user.user_id, course_id)
    if standing is None:
        raise EnrollmentRequired
    return standing
