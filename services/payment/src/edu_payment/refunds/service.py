"""Giving money back: decided in one transaction, returned by the provider, told in another."""

from datetime import timedelta
from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.ids import utc_now
from edu_payment.context import PaymentContext
from edu_payment.models import Payment, State
from edu_payment.payments import repository
from edu_payment.payments.outcomes import give_back
from edu_payment.payments.service import visible_to
from edu_payment.refunds.errors import NotRefundable, RefundWindowClosed

WINDOW = timedelta(days=30)
PROGRESS_LIMIT = 30


async def refund(app: PaymentContext, user: Claims, payment_id: UUID, reason: str | None) -> Payment:
    """Refund a payment in full; one that is refunded stays as it is."""
    payment = await visible_to(app, user, payment_id)
    if payment.state == State.REFUNDED:
        return payment
    if payment.state != State.REFUND_PENDING:
        await _decide(app, user, payment, reason)
    return await give_back(app, payment.id)


async def _decide(app: PaymentContext, user: Claims, payment: Payment, reason: str | None) -> None:
    if payment.completed_at is None:
        raise NotRefundable
    if user.role is not Role.ADMIN:
        if utc_now() - payment.completed_at > WINDOW:
            raise RefundWindowClosed
        attendance = await app.clients.attendance(payment.student_id, payment.course_id)
        if attendance.percentage >= PROGRESS_LIMIT:
            raise RefundWindowClosed
    async with app.database.transaction() as session:
        await repository.begin_refund(session, payment.id, reason)
