"""Refunds: decided in one transaction, paid back by the provider, published in another."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.errors import DomainError
from edu_common.ids import utc_now
from edu_common.service_client import ServiceUnavailable
from edu_common.types import Body, line
from edu_common.web.dependencies import User
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_payment.context import App, PaymentContext
from edu_payment.models import Payment, State
from edu_payment.payments import repository
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.outcomes import refund_charge
from edu_payment.payments.schemas import PaymentRead
from edu_payment.payments.service import visible_to
from edu_payment.publishers import AdminAction, publish_admin_action

WINDOW = timedelta(days=30)
PROGRESS_LIMIT = 30
"""Percent of the course from which on a student can no longer return it."""

router = Router(prefix="/payments", tags=["payments"])

if TYPE_CHECKING:  # a type made by a call has no static counterpart
    Reason = str
else:
    Reason = line(500)


class RefundCreate(Body):
    reason: Reason | None = None


class NotRefundable(DomainError):
    status = 409
    code = "not_refundable"
    detail = "Only a completed payment can be refunded."


class RefundWindowClosed(DomainError):
    status = 409
    code = "refund_window_closed"
    detail = "A refund is possible within 30 days and under 30 % of the course."


@router.post(
    "/{payment_id}/refund",
    responses=error_responses(PaymentNotFound, RefundWindowClosed, NotRefundable, ServiceUnavailable),
)
async def refund_payment(app: App, user: User, payment_id: UUID, body: RefundCreate | None = None) -> PaymentRead:
    """Refund a payment: its student within 30 days and under 30 % progress, an admin always.

    The enrollment ends by itself; the course can be bought again.
    """
    return PaymentRead.model_validate(await refund(app, user, payment_id, body.reason if body else None))


async def refund(app: PaymentContext, user: Claims, payment_id: UUID, reason: str | None) -> Payment:
    """Refund a payment in full; one that is already refunded is left as it is."""
    payment = await visible_to(app, user, payment_id)
    if payment.state == State.REFUNDED:
        return payment
    if payment.state != State.REFUND_PENDING:
        await _require_refundable(app, user, payment)
        async with app.database.unit_of_work() as unit:
            begun = await repository.begin_refund(unit, payment.id, reason)
            if begun and user.role is Role.ADMIN:
                await publish_admin_action(unit, user, AdminAction.REFUNDED, payment)
    return await refund_charge(app, payment.id)


async def _require_refundable(app: PaymentContext, user: Claims, payment: Payment) -> None:
    """Raise `NotRefundable` or `RefundWindowClosed` when this user cannot have this payment refunded."""
    if payment.completed_at is None:
        raise NotRefundable
    if user.role is Role.ADMIN:
        return
    if utc_now() - payment.completed_at > WINDOW:
        raise RefundWindowClosed
    enrollment = await app.clients.enrollment_status(payment.student_id, payment.course_id)
    if enrollment.percentage >= PROGRESS_LIMIT:
        raise RefundWindowClosed
