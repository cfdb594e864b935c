"""Enrollments in the database."""

from functools import cache
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.pagination import Cursors, Listing, PageParams, Slice, by_newest
from edu_common.database.statements import Compiled, Connection, Row, binds
from edu_common.ids import new_id, utc_now
from edu_enrollment.enrollments.schemas import EnrollmentRead, Purchase
from edu_enrollment.models import Certificate, CourseOutline, CourseStatus, Enrollment, EnrollmentStatus, LessonProgress
from edu_enrollment.people.repository import current_name
from edu_enrollment.progress.repository import LESSON_COUNTS, LESSON_TO_RESUME

NOT_REVOKED = Enrollment.status != EnrollmentStatus.REVOKED


OPENS_LESSON = and_(
    NOT_REVOKED,
    CourseOutline.status != CourseStatus.DELETED,
    bindparam("lesson_id", type_=Uuid) == CourseOutline.lesson_ids.any_(),
)
FOUND = Compiled(
    select(Enrollment.status, OPENS_LESSON.label("opens_lesson"))
    .select_from(Enrollment)
    .join(CourseOutline)
    .where(Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id"))
)


async def find(connection: Connection, student_id: UUID, course_id: UUID, lesson_id: UUID) -> Row | None:
    """The `status` of an enrollment, and whether it `opens_lesson`; None when there is none."""
    return await connection.row(FOUND, student_id=student_id, course_id=course_id, lesson_id=lesson_id)


OF_STUDENT_IN_COURSE = Compiled(
    select(*(getattr(Enrollment, name) for name in EnrollmentRead.model_fields)).where(
        Enrollment.student_id == bindparam("student_id"), Enrollment.course_id == bindparam("course_id")
    )
)


async def get(connection: Connection, student_id: UUID, course_id: UUID) -> EnrollmentRead | None:
    row = await connection.row(OF_STUDENT_IN_COURSE, student_id=student_id, course_id=course_id)
    return EnrollmentRead.model_validate(row) if row else None


async def lock(session: AsyncSession, student_id: UUID, course_id: UUID) -> Enrollment:
    """The enrollment, which must exist, locked until the transaction ends."""
    query = select(Enrollment).filter_by(student_id=student_id, course_id=course_id)
    return (await session.scalars(query.with_for_update())).one()


NEW = ("id", "student_id", "course_id", "payment_id", "paid_at", "status", "enrolled_at")
INSERT_NEW = Compiled(
    insert(Enrollment)
    .values(**binds(NEW), student_name=current_name("student_id", "student_name"))
    .on_conflict_do_nothing()
    .returning(Enrollment.student_name)
)


async def insert_new(
    connection: Connection, student_id: UUID, student_name: str, course_id: UUID, purchase: Purchase | None
) -> Enrollment | None:
    """A new enrollment, None when the student has one in this course, revoked or not.

    Any conflict counts: of several at once, one can meet another's payment before it meets their course.
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
    row = await connection.row(INSERT_NEW, **values, student_name=student_name)
    return Enrollment(**values, student_name=row["student_name"]) if row else None


async def renew(session: AsyncSession, revoked: Enrollment, student_name: str, purchase: Purchase | None) -> Enrollment:
    """Make the enrollment anew; its progress and certificate stand, and its status follows from them."""
    finished = exists().where(Certificate.enrollment_id == Enrollment.id)
    begun = exists().where(LessonProgress.enrollment_id == Enrollment.id)
    status = case(
        (finished, EnrollmentStatus.COMPLETED), (begun, EnrollmentStatus.IN_PROGRESS), else_=EnrollmentStatus.ENROLLED
    )
    renewed = (
        update(Enrollment)
        .where(Enrollment.id == revoked.id)
        .values(
            payment_id=purchase and purchase.payment_id,
            paid_at=purchase and purchase.paid_at,
            status=status,
            student_name=current_name("named_id", "named"),
            enrolled_at=utc_now(),
        )
        .returning(Enrollment)
        .execution_options(populate_existing=True)
    )
    whose = {"named_id": revoked.student_id, "named": student_name}
    return (await session.scalars(renewed, whose)).one()


async def revoke(session: AsyncSession, student_id: UUID, course_id: UUID, payment_id: UUID) -> UUID | None:
    """End the enrollment that rests on this payment; gives its id, None when there is no such one."""
    return await session.scalar(
        update(Enrollment)
        .where(
            Enrollment.student_id == student_id,
            Enrollment.course_id == course_id,
            Enrollment.payment_id == payment_id,
            NOT_REVOKED,
        )
        .values(status=EnrollmentStatus.REVOKED)
        .returning(Enrollment.id)
    )


COUNT = Compiled(
    select(func.count()).select_from(Enrollment).where(Enrollment.course_id == bindparam("course_id"), NOT_REVOKED)
)


async def count(connection: Connection, course_id: UUID) -> int:
    return await connection.value(COUNT, course_id=course_id)


OF_STUDENT = (
    select(
        *(Enrollment.id, Enrollment.student_id, Enrollment.course_id, Enrollment.payment_id, Enrollment.status),
        *(Enrollment.enrolled_at, Enrollment.last_activity_at, LESSON_TO_RESUME, *LESSON_COUNTS),
        CourseOutline.title.label("course_title"),
        CourseOutline.slug.label("course_slug"),
        CourseOutline.teacher_name,
        Certificate.code.label("certificate_code"),
        Certificate.completed_at,
    )
    .select_from(Enrollment)
    .join(CourseOutline)
    .outerjoin(Certificate)
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
    """A page of rows with `NAMES`."""
    scope = {"list": "my-enrollments", "student": str(student_id), "status": status, "course": str(course_id)}
    asked = {"status": status, "course_id": course_id}
    values = {name: value for name, value in asked.items() if value is not None}
    return await _of_student(*values).page(connection, params, cursors, scope, student_id=student_id, **values)
