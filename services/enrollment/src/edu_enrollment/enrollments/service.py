"""Enrolling, and reading enrollments."""

from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.executor import Row
from edu_common.database.pagination import PageParams
from edu_common.web.conditional import Representation
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.courses import service as courses
from edu_enrollment.courses.errors import CourseNotFound
from edu_enrollment.courses.schemas import Course
from edu_enrollment.enrollments import payments, repository
from edu_enrollment.enrollments.activation import activate
from edu_enrollment.enrollments.errors import AlreadyEnrolled, NotOnSale, OwnCourse, PaymentRequired
from edu_enrollment.enrollments.schemas import (
    EnrollmentCount,
    EnrollmentCreate,
    EnrollmentRead,
    EnrollmentSummary,
    Purchase,
)
from edu_enrollment.models import CourseStatus, EnrollmentStatus
from edu_enrollment.progress.schemas import percentage


async def enroll(app: EnrollmentContext, user: Claims, body: EnrollmentCreate) -> tuple[EnrollmentRead, bool]:
    """Return the user's enrollment, and whether this call made it; the course is requested to get its current state."""
    async with app.database.read() as connection:
        known = await repository.get(connection, user.user_id, body.course_id)
    if known and known.status is not EnrollmentStatus.REVOKED:
        return _repeated(known, body.payment_id), False
    course = await _on_sale(app, user, body.course_id)
    purchase = await _purchase(app, user, course, body.payment_id)
    async with app.database.unit_of_work("enrollment") as unit:
        found, made = await activate(unit, user.user_id, user.name, course, purchase)
    enrollment = EnrollmentRead.model_validate(found)
    if made:
        return enrollment, True
    return _repeated(enrollment, purchase and purchase.payment_id), False


def _repeated(known: EnrollmentRead, payment_id: UUID | None) -> EnrollmentRead:
    """Return the enrollment of a user who is enrolled already: by an earlier request, or by the payment's event."""
    if known.status is EnrollmentStatus.REVOKED:
        raise PaymentRequired("That payment was refunded. The course can be bought again.")
    if known.payment_id is None or payment_id not in (None, known.payment_id):
        raise AlreadyEnrolled
    return known


async def _on_sale(app: EnrollmentContext, user: Claims, course_id: UUID) -> Course:
    course = await courses.fetch(app, course_id)
    if course.status in (CourseStatus.DRAFT, CourseStatus.DELETED):
        raise CourseNotFound
    if course.teacher_id == user.user_id:
        raise OwnCourse
    if course.status is not CourseStatus.PUBLISHED:
        raise NotOnSale
    return course


async def _purchase(app: EnrollmentContext, user: Claims, course: Course, payment_id: UUID | None) -> Purchase | None:
    """Return the completed payment that opens the course, or None for a free one."""
    if payment_id:
        return await payments.require_completed(app, payment_id, user.user_id, course.course_id)
    return None if course.is_free else await payments.find_completed(app, user.user_id, course.course_id)


async def list_mine(
    app: EnrollmentContext, user: Claims, params: PageParams, status: EnrollmentStatus | None, course_id: UUID | None
) -> Representation:
    """Return the user's enrollments, newest first."""
    async with app.database.read() as connection:
        page = await repository.list_of_student(
            connection, app.cursors, params, student_id=user.user_id, status=status, course_id=course_id
        )
    return Representation.of(page.envelope([_mine(row) for row in page.rows]))


def _mine(row: Row) -> dict[str, Any]:
    item = {name: row[name] for name in repository.NAMES}
    return item | {"progress": percentage(item["completed_lessons"], item["total_lessons"])}


async def count_public(app: EnrollmentContext, course_id: UUID) -> EnrollmentCount:
    """Return how many students take a course that was published; raise `CourseNotFound`."""
    if (await courses.get(app, course_id)).status is CourseStatus.DRAFT:
        raise CourseNotFound
    return EnrollmentCount(course_id=course_id, count=await count(app, course_id))


async def count(app: EnrollmentContext, course_id: UUID) -> int:
    async with app.database.read() as connection:
        return await repository.count(connection, course_id)


async def summary(app: EnrollmentContext, student_id: UUID, course_id: UUID) -> EnrollmentSummary:
    """Return what other services may learn about a student in a course."""
    async with app.database.read() as connection:
        return await repository.summary(connection, student_id, course_id) or EnrollmentSummary()
