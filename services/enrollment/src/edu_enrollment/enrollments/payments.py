"""What the payment service says of a student's purchase."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from edu_enrollment.context import EnrollmentContext
from edu_enrollment.enrollments.errors import PaymentNotFound, PaymentRequired
from edu_enrollment.enrollments.schemas import Purchase

COMPLETED = "completed"


class Payment(BaseModel):
    id: UUID
    student_id: UUID
    course_id: UUID
    status: str
    completed_at: datetime | None = None

    @property
    def purchase(self) -> Purchase:
        return Purchase(self.id, self.completed_at)


class Payments(BaseModel):
    items: list[Payment]


async def require_completed(app: EnrollmentContext, payment_id: UUID, student_id: UUID, course_id: UUID) -> Purchase:
    """The purchase; raises `PaymentNotFound` unless it is this student's, `PaymentRequired` when unpaid."""
    payment = await app.payment.get(Payment, f"/internal/payments/{payment_id}")
    if payment is None or (payment.student_id, payment.course_id) != (student_id, course_id):
        raise PaymentNotFound
    if payment.status != COMPLETED:
        raise PaymentRequired
    return payment.purchase


async def find_completed(app: EnrollmentContext, student_id: UUID, course_id: UUID) -> Purchase:
    """The student's completed payment for the course; raises `PaymentRequired` when there is none."""
    question = {"student_id": str(student_id), "course_id": str(course_id)}
    payments = await app.payment.get_existing(Payments, "/internal/payments", question)
    for payment in payments.items:
        if payment.status == COMPLETED:
            return payment.purchase
    raise PaymentRequired
