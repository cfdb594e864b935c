"""SQL of enrollments."""

from functools import cache
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, case, exists, false, func, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.pagination import Cursors, Listing, PageParams, Slice, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import new_id, utc_now
from edu_enrollment.enrollments.schemas import EnrollmentRead, EnrollmentSummary, Purchase
from edu_enrollment.models import (
    OF_ENROLLMENT,
    Certificate,
    CourseSnapshot,
    CourseStatus,
    Enrollment,
    EnrollmentStatus,
    LessonProgress,
)
from edu_enrollment.people.repository import current_name
from edu_enrollment.progress.repository import FURTHEST_PERCENT, LESSON_COUNTS, LESSON_TO_RESUME

NOT_REVOKED = Enrollment.status != EnrollmentStatus.REVOKED


OPENS_LESSON = and_(
    NOT_REVOKED,
    CourseSnapshot.status != CourseStatus.DELETED,
    bindparam("lesson_id", type_=Uuid) == CourseSnapshot.lesson_ids.any_(),
)
FOUND = (
    select(Enrollment.status, OPENS_LESSON.label("opens_lesson"))
    .select_from(Enrollment)
    .join(CourseSnapshot)
    .where(Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id"))
)


async def find(connection: Connection, student_id: UUID, course_id: UUID, lesson_id: UUID) -> Row | None:
    """Return the `status` of an enrollment, and whether it `opens_lesson`, or None when there is none."""
    return await connection.first(FOUND, student_id=student_id, course_id=course_id, lesson_id=lesson_id)


OF_STUDENT_IN_COURSE = select(*(getattr(Enrollment, name) for name in EnrollmentRead.model_fields)).where(
    Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id")
)


async def get(connection: Connection, student_id: UUID, course_id: UUID) -> EnrollmentRead | None:
    row = await connection.first(OF_STUDENT_IN_COURSE, student_id=student_id, course_id=course_id)
    return EnrollmentRead.model_validate(row) if row else None


SUMMARY = (
    select(
        Enrollment.id.label("enrollment_id"),
        Enrollment.status,
        (Enrollment.status != EnrollmentStatus.REVOKED).label("enrolled"),
        FURTHEST_PERCENT,
    )
    .select_from(Enrollment)
    .join(CourseSnapshot)
    .where(Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id"))
)


async def summary(connection: Connection, student_id: UUID, course_id: UUID) -> EnrollmentSummary | None:
    row = await connection.first(SUMMARY, student_id=student_id, course_id=course_id)
    return EnrollmentSummary.model_validate(dict(row)) if row else None


LOCK = (
    select(Enrollment.__table__)
    .where(Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id"))
    .with_for_update()
)


async def lock(unit: UnitOfWork, student_id: UUID, course_id: UUID) -> Enrollment:
    """Return the enrollment, locked until the transaction ends; raise `LookupError` when there is none."""
    found = await unit.load(Enrollment, LOCK, student_id=student_id, course_id=course_id)
    if found is None:
        raise LookupError(f"no enrollment of {student_id} in {course_id}")
    return found


NEW = ("id", "student_id", "course_id", "payment_id", "paid_at", "status", "enrolled_at")
INSERT_NEW = (
    insert(Enrollment)
    .values(**binds(NEW), student_name=current_name("student_id", "student_name"))
    .on_conflict_do_nothing()
    .returning(Enrollment.student_name)
)


async def insert_new(
    unit: UnitOfWork, student_id: UUID, student_name: str, course_id: UUID, purchase: Purchase | None
) -> Enrollment | None:
    """Insert an enrollment; return None when the student has one in this course, revoked or not.

    Any conflict counts: a concurrent insertion can violate the constraint on payments before the one on courses.
    """
    values = {
        "id": new_id(),
        "student_id": student_id,
        "course_id": course_id,
        "payment_id": purchase and purchase.payment_id,
        "paid_at": purchase and purchase.paid_at,
        "status": EnrollmentStatus.ENROLLED,
        "enrolled_at": utc_now(),
    }
    row = await unit.first(INSERT_NEW, **values, student_name=student_name)
    return Enrollment(**values, student_name=row["student_name"]) if row else None


END_CERTIFICATE = (
    update(Certificate)
    .where(Certificate.enrollment_id == bindparam("of_enrollment"), Certificate.is_current)
    .values(is_current=false())
)
RENEW = (
    update(Enrollment)
    .where(Enrollment.id == bindparam("enrollment_id"))
    .values(
        **binds(("payment_id", "paid_at", "enrolled_at")),
        status=case(
            (exists().where(LessonProgress.enrollment_id == Enrollment.id), EnrollmentStatus.IN_PROGRESS),
            else_=EnrollmentStatus.ENROLLED,
        ),
        student_name=current_name("named_id", "named"),
    )
    .returning(Enrollment.__table__)
)


async def renew(unit: UnitOfWork, revoked: Enrollment, student_name: str, purchase: Purchase | None) -> Enrollment:
    """Renew the enrollment; its progress stays and determines its status. An earlier certificate is not current."""
    await unit.execute(END_CERTIFICATE, of_enrollment=revoked.id)
    renewed = await unit.load(
        Enrollment,
        RENEW,
        enrollment_id=revoked.id,
        payment_id=purchase and purchase.payment_id,
        paid_at=purchase and purchase.paid_at,
        enrolled_at=utc_now(),
        named_id=revoked.student_id,
        named=student_name,
    )
    if renewed is None:
        raise LookupError(f"no enrollment {revoked.id}")
    return renewed


REVOKE = (
    update(Enrollment)
    .where(
        Enrollment.student_id == bindparam("of_student"),
        Enrollment.course_id == bindparam("of_course"),
        Enrollment.payment_id == bindparam("by_payment"),
        NOT_REVOKED,
    )
    .values(status=EnrollmentStatus.REVOKED)
    .returning(Enrollment.id)
)


async def revoke(unit: UnitOfWork, student_id: UUID, course_id: UUID, payment_id: UUID) -> UUID | None:
    """End the enrollment of this payment; return its id, or None when there is none."""
    return await unit.scalar(REVOKE, of_student=student_id, of_course=course_id, by_payment=payment_id)


ACTIVE_PAYMENTS = select(Enrollment.payment_id).where(
    Enrollment.course_id == bindparam("course_id"), NOT_REVOKED, Enrollment.payment_id.is_not(None)
)


async def active_payments(unit: UnitOfWork, course_id: UUID) -> list[UUID]:
    """Return the payments of the course's active enrollments."""
    return await unit.scalars(ACTIVE_PAYMENTS, course_id=course_id)


COUNT = select(func.count()).select_from(Enrollment).where(Enrollment.course_id == bindparam("course_id"), NOT_REVOKED)


async def count(connection: Connection, course_id: UUID) -> int:
    return await connection.scalar(COUNT, course_id=course_id)


OF_STUDENT = (
    select(
        *(Enrollment.id, Enrollment.student_id, Enrollment.course_id, Enrollment.payment_id, Enrollment.status),
        *(Enrollment.enrolled_at, Enrollment.last_activity_at, LESSON_TO_RESUME, *LESSON_COUNTS),
        CourseSnapshot.title.label("course_title"),
        CourseSnapshot.slug.label("course_slug"),
        CourseSnapshot.teacher_name,
        Certificate.code.label("certificate_code"),
        Certificate.completed_at,
    )
    .select_from(Enrollment)
    .join(CourseSnapshot)
    .outerjoin(Certificate, OF_ENROLLMENT)
    .where(Enrollment.student_id == bindparam("student_id"))
)
NAMES = tuple(OF_STUDENT.selected_columns.keys())
FILTERS = {
    "status": Enrollment.status == bindparam("status", type_=Text),
    "course_id": Enrollment.course_id == bindparam("course_id"),
}


@cache
def _of_student(*filters: str) -> Listing:
    query = OF_STUDENT.where(*(FILTERS[name] for name in filters))
    return Listing(query, by_newest(Enrollment.enrolled_at, Enrollment.id))


async def list_of_student(
    connection: Connection,
    cursors: Cursors,
    params: PageParams,
    *,
    student_id: UUID,
    status: EnrollmentStatus | None,
    course_id: UUID | None,
) -> Slice:
    """Return a page of rows with `NAMES`."""
    scope = {"list": "my-enrollments", "student": str(student_id), "status": status, "course": str(course_id)}
    given = {"status": status, "course_id": course_id}
    values = {name: value for name, value in given.items() if value is not None}
    return await _of_student(*values).paginate(connection, params, cursors, scope, student_id=student_id, **values)
