"""Activation of enrollments, for requests and for events about payments alike."""

from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import erasure
from edu_enrollment.courses.schemas import Course
from edu_enrollment.enrollments import repository
from edu_enrollment.enrollments.schemas import Purchase
from edu_enrollment.metrics import ENROLLMENTS
from edu_enrollment.models import Enrollment, EnrollmentStatus
from edu_enrollment.publishers import publish_created, publish_revoked


async def activate(
    unit: UnitOfWork, student_id: UUID, student_name: str, course: Course, purchase: Purchase | None
) -> tuple[Enrollment, bool]:
    """Enroll a student; return the enrollment, and whether this call made or renewed it.

    A payment opens a course once: after its refund it opens nothing, however late its event arrives. A newer payment
    than that of an active enrollment means that the refund of the older one has not arrived here yet, since a student
    cannot pay twice for a course; so the enrollment is ended and renewed, and that refund will then end nothing. An
    older payment was refunded before the newer one was made, and opens nothing either. An enrollment without a payment,
    from when the course was free, needs none.
    """
    await erasure.lock_shared(unit, student_id)
    made = await repository.insert_new(unit, student_id, student_name, course.course_id, purchase)
    if made is None:
        known = await repository.lock(unit, student_id, course.course_id)
        active = known.status != EnrollmentStatus.REVOKED
        if (purchase and _is_spent(known, purchase)) or (active and None in (purchase, known.payment_id)):
            return known, False
        if active:
            await publish_revoked(unit, known.id, student_id, course.course_id, course.title)
        made = await repository.renew(unit, known, student_name, purchase)
    await publish_created(unit, made, course)
    unit.after_commit.append(ENROLLMENTS.inc)
    return made, True


def _is_spent(known: Enrollment, purchase: Purchase) -> bool:
    if known.payment_id == purchase.payment_id:
        return True
    return known.paid_at is not None and purchase.paid_at is not None and purchase.paid_at < known.paid_at
