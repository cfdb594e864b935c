"""SQL of progress."""

from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, case, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import utc_now
from edu_enrollment.courses.repository import HAS_LESSON
from edu_enrollment.models import (
    OF_ENROLLMENT,
    Certificate,
    CourseSnapshot,
    Enrollment,
    EnrollmentStatus,
    LessonProgress,
)
from edu_enrollment.progress.schemas import EnrollmentProgress

STILL_THERE = LessonProgress.lesson_id == CourseSnapshot.lesson_ids.any_()
TOTAL_LESSONS = func.cardinality(CourseSnapshot.lesson_ids, type_=Integer)
COMPLETED_LESSONS = (
    select(func.count())
    .where(LessonProgress.enrollment_id == Enrollment.id, LessonProgress.completed_at.is_not(None), STILL_THERE)
    .correlate(Enrollment, CourseSnapshot)
    .scalar_subquery()
)
LESSON_COUNTS = (COMPLETED_LESSONS.label("completed_lessons"), TOTAL_LESSONS.label("total_lessons"))
"""Computed per query, so that a deleted lesson drops out of both; columns of a query of enrollments and courses."""

LESSONS_EVER_COMPLETED = (
    select(func.count())
    .where(
        LessonProgress.enrollment_id == Enrollment.id,
        or_(LessonProgress.completed_at.is_not(None), LessonProgress.unmarked),
        STILL_THERE,
    )
    .correlate(Enrollment, CourseSnapshot)
    .scalar_subquery()
)
FURTHEST_PERCENT = case(
    (exists().where(OF_ENROLLMENT), 100),
    else_=func.greatest(
        Enrollment.furthest_percent, 100 * LESSONS_EVER_COMPLETED // func.greatest(TOTAL_LESSONS, 1, type_=Integer)
    ),
).label("percentage")
"""The highest progress that was ever reached, 100 with a certificate: refunds are decided by it."""

LESSON_TO_RESUME = case(
    (Enrollment.last_lesson_id == CourseSnapshot.lesson_ids.any_(), Enrollment.last_lesson_id)
).label("last_lesson_id")


PROGRESS = (
    select(
        *(Enrollment.id.label("enrollment_id"), Enrollment.course_id, Enrollment.status),
        *(Enrollment.last_activity_at.label("updated_at"), LESSON_TO_RESUME, *LESSON_COUNTS),
        Certificate.code.label("certificate_code"),
        CourseSnapshot.status.label("course_status"),
    )
    .select_from(Enrollment)
    .join(CourseSnapshot)
    .outerjoin(Certificate, OF_ENROLLMENT)
    .where(Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id"))
)


async def get(connection: Connection, student_id: UUID, course_id: UUID) -> EnrollmentProgress | None:
    row = await connection.first(PROGRESS, student_id=student_id, course_id=course_id)
    return EnrollmentProgress.model_validate(dict(row)) if row else None


TOUCH = (
    update(Enrollment)
    .where(
        Enrollment.student_id == bindparam("of_student"),
        Enrollment.course_id == bindparam("of_course"),
        Enrollment.status != EnrollmentStatus.REVOKED,
    )
    .values(
        **binds(("last_lesson_id", "last_activity_at")),
        status=case(
            (Enrollment.status == EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS), else_=Enrollment.status
        ),
    )
    .returning(Enrollment.id)
)


async def touch(unit: UnitOfWork, student_id: UUID, course_id: UUID, lesson_id: UUID) -> UUID | None:
    """Record that the student is at that lesson; return the locked enrollment, or None when there is no active one."""
    return await unit.scalar(
        TOUCH, of_student=student_id, of_course=course_id, last_lesson_id=lesson_id, last_activity_at=utc_now()
    )


# Before its publication has arrived here, a course may lack lessons: one of the first would be all of it for good.
COMPLETE = text("""
        WITH taking AS (
            UPDATE enrollments SET last_lesson_id = :lesson_id, last_activity_at = clock_timestamp(),
                status = CASE status WHEN 'enrolled' THEN 'in_progress' ELSE status END,
                furthest_percent = greatest(furthest_percent, (
                    SELECT least(100, 100 * (1 + count(other.lesson_id)) / greatest(cardinality(course.lesson_ids), 1))
                    FROM course_outlines course LEFT JOIN lesson_progress other
                        ON other.enrollment_id = enrollments.id AND other.lesson_id <> :lesson_id
                        AND other.lesson_id = ANY (course.lesson_ids)
                        AND (other.completed_at IS NOT NULL OR other.unmarked)
                    WHERE course.course_id = :course_id AND course.status = 'published' GROUP BY course.course_id
                ))
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


async def complete(connection: Connection, student_id: UUID, course_id: UUID, lesson_id: UUID) -> bool | None:
    """Mark a lesson as done; return False if it was already, None when the student is not enrolled."""
    return await connection.scalar(COMPLETE, student_id=student_id, course_id=course_id, lesson_id=lesson_id)


AT_LESSON = (
    update(Enrollment)
    .where(
        Enrollment.student_id == bindparam("of_student"),
        Enrollment.status != EnrollmentStatus.REVOKED,
        Enrollment.course_id == CourseSnapshot.course_id,
        HAS_LESSON,
    )
    .values(last_activity_at=bindparam("last_activity_at"))
    .returning(Enrollment.id)
)
UNCOMPLETE = (
    update(LessonProgress)
    .where(
        LessonProgress.enrollment_id == bindparam("of_enrollment"),
        LessonProgress.lesson_id == bindparam("of_lesson"),
        LessonProgress.completed_at.is_not(None),
    )
    .values(completed_at=None, unmarked=True)
)


async def uncomplete(unit: UnitOfWork, student_id: UUID, lesson_id: UUID) -> bool:
    """Remove a lesson's mark; return False when the student is not enrolled in a course with that lesson."""
    enrollment_id = await unit.scalar(AT_LESSON, of_student=student_id, lesson_id=lesson_id, last_activity_at=utc_now())
    await unit.execute(UNCOMPLETE, of_enrollment=enrollment_id, of_lesson=lesson_id)
    return enrollment_id is not None


_insert = insert(LessonProgress).values(binds(("enrollment_id", "lesson_id", "seconds", "video_url")))
SET_POSITION = _insert.on_conflict_do_update(
    index_elements=["enrollment_id", "lesson_id"],
    set_={"seconds": _insert.excluded.seconds, "video_url": _insert.excluded.video_url},
)


async def set_position(
    unit: UnitOfWork, enrollment_id: UUID, lesson_id: UUID, seconds: int, video_url: str | None
) -> None:
    values = {"enrollment_id": enrollment_id, "lesson_id": lesson_id, "seconds": seconds, "video_url": video_url}
    await unit.execute(SET_POSITION, **values)


LESSONS = (
    select(LessonProgress.lesson_id, LessonProgress.completed_at, LessonProgress.seconds, LessonProgress.video_url)
    .select_from(LessonProgress)
    .join(Enrollment)
    .join(CourseSnapshot)
    .where(
        Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id"), STILL_THERE
    )
    .order_by(func.array_position(CourseSnapshot.lesson_ids, LessonProgress.lesson_id))
)


async def lessons(connection: Connection, student_id: UUID, course_id: UUID) -> list[Row]:
    """Return `lesson_id`, `completed_at`, `seconds`, `video_url` of the lessons the course still has, in its order."""
    return await connection.all(LESSONS, student_id=student_id, course_id=course_id)
