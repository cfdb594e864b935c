"""Handlers of other services' events."""

from datetime import datetime
from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Event, Subscriptions
from edu_enrollment.certificates import service as certificates
from edu_enrollment.courses import repository as courses
from edu_enrollment.courses.schemas import Course
from edu_enrollment.enrollments import repository as enrollments
from edu_enrollment.enrollments.activation import activate
from edu_enrollment.enrollments.errors import CourseMissing
from edu_enrollment.enrollments.schemas import Purchase
from edu_enrollment.models import CourseStatus, RefusalCause
from edu_enrollment.people import repository as people
from edu_enrollment.publishers import publish_refused, publish_revoked


async def payment_completed(unit: UnitOfWork, event: Event) -> None:
    """Enroll the student who paid; if the payment cannot open the course, have it refunded."""
    data = event.data
    course = await courses.hold(unit, UUID(data["course_id"]))
    if course is None:
        raise CourseMissing(data["course_id"])
    paid_at = data.get("completed_at")
    purchase = Purchase(UUID(data["payment_id"]), paid_at and datetime.fromisoformat(paid_at))
    if course.status is CourseStatus.DELETED:
        await publish_refused(unit, purchase.payment_id, RefusalCause.COURSE_DELETED)
        return
    enrollment, _ = await activate(unit, UUID(data["student_id"]), data["student_name"], course, purchase)
    if enrollment.payment_id is None:
        await publish_refused(unit, purchase.payment_id, RefusalCause.ALREADY_ENROLLED)


async def payment_refunded(unit: UnitOfWork, event: Event) -> None:
    data = event.data
    student_id, course_id = UUID(data["student_id"]), UUID(data["course_id"])
    revoked = await enrollments.revoke(unit, student_id, course_id, UUID(data["payment_id"]))
    if revoked:
        await publish_revoked(unit, revoked, student_id, course_id, data["course_title"])


async def course_changed(unit: UnitOfWork, event: Event) -> None:
    await courses.upsert(unit, Course.model_validate(event.data))


async def course_deleted(unit: UnitOfWork, event: Event) -> None:
    """Record that the course is deleted; have payments refunded that were made during its deletion."""
    course = Course.model_validate(event.data)
    await courses.upsert(unit, course.model_copy(update={"status": CourseStatus.DELETED, "lesson_ids": []}))
    for payment_id in await enrollments.active_payments(unit, course.course_id):
        await publish_refused(unit, payment_id, RefusalCause.COURSE_DELETED)


async def lesson_deleted(unit: UnitOfWork, event: Event) -> None:
    """Stop counting the lesson; students who had done all others have completed the course.

    Of several lessons that were deleted at once only one is removed here: `course.updated`, which came before, has none
    of them.
    """
    course_id = UUID(event.data["course_id"])
    await courses.remove_lesson(unit, course_id, UUID(event.data["lesson_id"]))
    await certificates.issue_due(unit, course_id)


async def user_renamed(unit: UnitOfWork, event: Event) -> None:
    await people.rename(unit, UUID(event.data["user_id"]), event.data["name"])


async def user_erased(unit: UnitOfWork, event: Event) -> None:
    await people.erase(unit, UUID(event.data["user_id"]))


SUBSCRIPTIONS: Subscriptions = {
    "payment": {
        "payment.completed": payment_completed,
        "payment.refunded": payment_refunded,
    },
    "course": {
        "course.published": course_changed,
        "course.updated": course_changed,
        "course.archived": course_changed,
        "course.deleted": course_deleted,
        "lesson.deleted": lesson_deleted,
    },
    "identity": {
        "user.renamed": user_renamed,
        "user.erased": user_erased,
    },
}
