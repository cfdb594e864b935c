"""SQL of certificates."""

from uuid import UUID

from sqlalchemy import and_, bindparam, insert, select, update

from edu_common.database.models import binds, one_of
from edu_common.database.pagination import Cursors, Listing, PageParams, Slice, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import utc_now
from edu_enrollment.certificates.schemas import CertificateRead
from edu_enrollment.models import Certificate, CourseSnapshot, Enrollment, EnrollmentStatus, Finished
from edu_enrollment.progress.repository import COMPLETED_LESSONS, TOTAL_LESSONS

VALID = and_(Certificate.is_current, Enrollment.status != EnrollmentStatus.REVOKED).label("valid")
PRINTED = (
    Certificate.code,
    Certificate.student_name,
    Certificate.course_title,
    Certificate.teacher_name,
    Certificate.completed_at,
    VALID,
)

FINISH_ALL = (
    update(Enrollment)
    .where(
        Enrollment.status == EnrollmentStatus.IN_PROGRESS,
        Enrollment.course_id == CourseSnapshot.course_id,
        TOTAL_LESSONS > 0,
        COMPLETED_LESSONS == TOTAL_LESSONS,
    )
    .values(status=EnrollmentStatus.COMPLETED)
    .returning(
        Enrollment.id.label("enrollment_id"),
        Enrollment.student_id,
        Enrollment.course_id,
        Enrollment.student_name,
        CourseSnapshot.title.label("course_title"),
        CourseSnapshot.teacher_id,
        CourseSnapshot.teacher_name,
    )
)


FINISH = FINISH_ALL.where(Enrollment.id == bindparam("of_enrollment"))


async def finish(unit: UnitOfWork, enrollment_id: UUID) -> Finished | None:
    """Complete the enrollment if all lessons of the course are; return None if not, or if it was already."""
    row = await unit.first(FINISH, of_enrollment=enrollment_id)
    return Finished(**row) if row else None


LOCK_UNFINISHED = (
    select(Enrollment.id)
    .where(
        Enrollment.course_id == bindparam("of_course"),
        one_of(Enrollment.status, (EnrollmentStatus.ENROLLED, EnrollmentStatus.IN_PROGRESS)),
    )
    .order_by(Enrollment.id)
    .with_for_update()
)
FINISH_COURSE = FINISH_ALL.where(Enrollment.course_id == bindparam("of_course"))


async def finish_course(unit: UnitOfWork, course_id: UUID) -> list[Finished]:
    """Complete the course's enrollments whose lessons are all done; return those that were not completed before.

    They are locked first: a lesson marked concurrently is either seen here, or sees what this transaction changed.
    """
    await unit.execute(LOCK_UNFINISHED, of_course=course_id)
    return [Finished(**row) for row in await unit.all(FINISH_COURSE, of_course=course_id)]


ADD = insert(Certificate).values(
    binds(("enrollment_id", "code", "student_name", "course_title", "teacher_name", "completed_at"))
)


async def add(unit: UnitOfWork, code: str, finished: Finished) -> None:
    await unit.execute(
        ADD,
        enrollment_id=finished.enrollment_id,
        code=code,
        student_name=finished.student_name,
        course_title=finished.course_title,
        teacher_name=finished.teacher_name,
        completed_at=utc_now(),
    )


BY_CODE = select(*PRINTED).select_from(Certificate).join(Enrollment).where(Certificate.code == bindparam("code"))


async def get(connection: Connection, code: str) -> CertificateRead | None:
    row = await connection.first(BY_CODE, code=code)
    return CertificateRead.model_validate(row) if row else None


OF_STUDENT = Listing(
    select(*PRINTED, Enrollment.course_id, CourseSnapshot.slug.label("course_slug"))
    .select_from(Certificate)
    .join(Enrollment)
    .join(CourseSnapshot)
    .where(Enrollment.student_id == bindparam("student_id")),
    by_newest(Certificate.completed_at, Certificate.enrollment_id),
)


async def list_of_student(connection: Connection, cursors: Cursors, params: PageParams, student_id: UUID) -> Slice:
    scope = {"list": "my-certificates", "student": str(student_id)}
    return await OF_STUDENT.paginate(connection, params, cursors, scope, student_id=student_id)
