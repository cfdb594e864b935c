"""The one way into a course, for requests and for events about payments alike."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import after_commit, connection_of
from edu_enrollment.enrollments import repository
from edu_enrollment.enrollments.schemas import Purchase
from edu_enrollment.metrics import ENROLLMENTS
from edu_enrollment.models import Enrollment, EnrollmentStatus
from edu_enrollment.outlines.schemas import Outline
from edu_enrollment.publishers import publish


async def activate(
    session: AsyncSession, student_id: UUID, student_name: str, outline: Outline, purchase: Purchase | None
) -> tuple[Enrollment, bool]:
    """Enroll a student; gives the enrollment, and whether this call made it (or made it anew).

    A payment opens a course once: after its refund it opens nothing, however late it is told of. A newer payment
    than the one that an active enrollment rests on means that the latter's refund is still on its way here, since
    a student cannot pay twice for a course; so the enrollment is ended and made anew, and that refund will find
    nothing left to end. An older one was refunded before the newer, and opens nothing either.
    """
    made = await repository.insert_new(
        await connection_of(session), student_id, student_name, outline.course_id, purchase
    )
    if made is None:
        known = await repository.lock(session, student_id, outline.course_id)
        active = known.status is not EnrollmentStatus.REVOKED
        if (purchase and _is_spent(known, purchase)) or (active and purchase is None):
            return known, False
        if active:
            await tell_revoked(session, known.id, student_id, outline.course_id, outline.title)
        made = await repository.renew(session, known, student_name, purchase)
    await _tell_created(session, made, outline)
    after_commit(session, ENROLLMENTS.inc)
    return made, True


def _is_spent(known: Enrollment, purchase: Purchase) -> bool:
    if known.payment_id == purchase.payment_id:
        return True
    return known.paid_at is not None and purchase.paid_at is not None and purchase.paid_at < known.paid_at


async def tell_revoked(
    session: AsyncSession, enrollment_id: UUID, student_id: UUID, course_id: UUID, course_title: str
) -> None:
    data = {"student_id": student_id, "course_id": course_id, "course_title": course_title}
    await publish(session, "enrollment.revoked", enrollment_id, data)


async def _tell_created(session: AsyncSession, enrollment: Enrollment, outline: Outline) -> None:
    data = {
        "student_id": enrollment.student_id,
        "student_name": enrollment.student_name,
        "course_id": outline.course_id,
        "course_title": outline.title,
        "course_slug": outline.slug,
        "teacher_id": outline.teacher_id,
        "payment_id": enrollment.payment_id,
    }
    await publish(session, "enrollment.created", enrollment.id, data)
