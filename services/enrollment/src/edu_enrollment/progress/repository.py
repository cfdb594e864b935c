"""Progress in the database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Uuid, bindparam, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.statements import Compiled, Connection
from edu_common.ids import utc_now
from edu_enrollment.models import Certificate, CourseOutline, Enrollment, EnrollmentStatus, LessonProgress
from edu_enrollment.outlines.repository import has_lesson
from edu_enrollment.progress.schemas import Standing

STILL_THERE = LessonProgress.lesson_id == CourseOutline.lesson_ids.any_()
TOTAL_LESSONS = func.cardinality(CourseOutline.lesson_ids)
COMPLETED_LESSONS = (
    select(func.count())
    .where(LessonProgress.enrollment_id == Enrollment.id, LessonProgress.completed_at.is_not(None), STILL_THERE)
    .correlate(Enrollment, CourseOutline)
    .scalar_subquery()
)
LESSON_COUNTS = (COMPLETED_LESSONS.label("completed_lessons"), TOTAL_LESSONS.label("total_lessons"))
"""Counted when asked, so that a deleted lesson leaves both; columns of a query of enrollments and outlines."""

LESSON_TO_RESUME = case(
    (Enrollment.last_lesson_id == CourseOutline.lesson_ids.any_(), Enrollment.last_lesson_id)
).label("last_lesson_id")


STANDING = Compiled(
    select(
        *(Enrollment.id.label("enrollment_id"), Enrollment.course_id, Enrollment.status),
        *(Enrollment.last_activity_at.label("updated_at"), LESSON_TO_RESUME, *LESSON_COUNTS),
        Certificate.code.label("certificate_code"),
        CourseOutline.status.label("course_status"),
    )
    .select_from(Enrollment)
    .join(CourseOutline)
    .outerjoin(Certificate)
    .where(Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id"))
)


async def standing(connection: Connection, student_id: UUID, course_id: UUID) -> Standing | None:
    row = await connection.row(STANDING, student_id=student_id, course_id=course_id)
    return Standing.model_validate(dict(row)) if row else None


async def touch(session: AsyncSession, student_id: UUID, course_id: UUID, lesson_id: UUID) -> UUID | None:
    """Note that the student is at that lesson; gives the enrollment, locked, or None when there is no active one."""
    begun = case(
        (Enrollment.status == EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS), else_=Enrollment.status
    )
    return await session.scalar(
        update(Enrollment)
        .where(
            Enrollment.student_id == student_id,
            Enrollment.course_id == course_id,
            Enrollment.status != EnrollmentStatus.REVOKED,
        )
        .values(status=begun, last_lesson_id=lesson_id, last_activity_at=utc_now())
        .returning(Enrollment.id)
    )


COMPLETE = Compiled(
    text("""
        WITH taking AS (
            UPDATE enrollments SET last_lesson_id = :lesson_id, last_activity_at = clock_timestamp(),
                status = CASE status WHEN 'enrolled' THEN 'in_progress' ELSE status END
            WHERE student_id = :student_id AND course_id = :course_id AND status <> 'revoked'
            RETURNING id
        ), done AS (
            INSERT INTO lesson_progress AS known (enrollment_id, lesson_id, completed_at)
            SELECT id, :lesson_id, clock_timestamp() FROM taking
            ON CONFLICT (enrollment_id, lesson_id) DO UPDATE SET completed_at = excluded.completed_at
            WHERE known.completed_at IS NULL
            RETURNING lesson_id
        )
        SELECT EXISTS (SELECT FROM done) FROM taking
    """).bindparams(*(bindparam(name, type_=Uuid) for name in ("student_id", "course_id", "lesson_id")))
)


async def complete(connection: Connection, student_id: UUID, course_id: UUID, lesson_id: UUID) -> bool | None:
    """Mark a lesson as done, the student being at it; False when it is, None when they don't take the course."""
    return await connection.value(COMPLETE, student_id=student_id, course_id=course_id, lesson_id=lesson_id)


async def uncomplete(session: AsyncSession, student_id: UUID, lesson_id: UUID) -> bool:
    """Take a lesson's mark away; False when the student is in no course with that lesson."""
    enrollment_id = await session.scalar(
        update(Enrollment)
        .where(
            Enrollment.student_id == student_id,
            Enrollment.status != EnrollmentStatus.REVOKED,
            Enrollment.course_id == CourseOutline.course_id,
            has_lesson(lesson_id),
        )
        .values(last_activity_at=utc_now())
        .returning(Enrollment.id)
    )
    await session.execute(
        update(LessonProgress)
        .where(LessonProgress.enrollment_id == enrollment_id, LessonProgress.lesson_id == lesson_id)
        .values(completed_at=None)
    )
    return enrollment_id is not None


async def set_position(session: AsyncSession, enrollment_id: UUID, lesson_id: UUID, seconds: int) -> None:
    statement = insert(LessonProgress).values(enrollment_id=enrollment_id, lesson_id=lesson_id, seconds=seconds)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["enrollment_id", "lesson_id"], set_={"seconds": statement.excluded.seconds}
        )
    )


async def lessons(
    session: AsyncSession, student_id: UUID, course_id: UUID
) -> Sequence[Row[UUID, datetime | None, int | None]]:
    """`lesson_id`, `completed_at` and `seconds` of the lessons that the course still has, in its order."""
    query = (
        select(LessonProgress.lesson_id, LessonProgress.completed_at, LessonProgress.seconds)
        .join(Enrollment)
        .join(CourseOutline)
        .where(Enrollment.student_id == student_id, Enrollment.course_id == course_id, STILL_THERE)
        .order_by(func.array_position(CourseOutline.lesson_ids, LessonProgress.lesson_id))
    )
    return (await session.execute(query)).all()
