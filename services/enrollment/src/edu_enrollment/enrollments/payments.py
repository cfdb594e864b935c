"""The payment that opens a course to a student."""

from uuid import UUID

from edu_enrollment.clients import Payment
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.enrollments.errors import PaymentNotFound, PaymentRequired
from edu_enrollment.enrollments.schemas import Purchase


async def require_completed(app: EnrollmentContext, payment_id: UUID, student_id: UUID, course_id: UUID) -> Purchase:
    """Return the payment; raise `PaymentNotFound` unless it is this student's, `PaymentRequired` when unpaid."""
    payment = await app.clients.payment(payment_id)
    if payment is None or (payment.student_id, payment.course_id) != (student_id, course_id):
        raise PaymentNotFound
    if not payment.is_completed:
        raise PaymentRequired
    return _purchase(payment)


async def find_completed(app: EnrollmentContext, student_id: UUID, course_id: UUID) -> Purchase:
    """Return the student's completed payment for the course; raise `PaymentRequired` when there is none."""
    for payment in await app.clients.payments(student_id, course_id):
        if payment.is_completed:
            return _purchase(payment)
    raise PaymentRequired


def _purchase(payment: Payment) -> Purchase:
    return Purchase(payment.id, payment.completed_at)
