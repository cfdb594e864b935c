"""The address at which payments are refunded."""

from uuid import UUID

from fastapi import APIRouter

from edu_common.auth.dependencies import User
from edu_common.service_client import ServiceUnavailable
from edu_common.web.error_responses import error_responses
from edu_payment.context import App
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.schemas import PaymentOut
from edu_payment.refunds import service
from edu_payment.refunds.errors import NotRefundable, RefundWindowClosed
from edu_payment.refunds.schemas import RefundCreate

router = APIRouter(prefix="/payments", tags=["payments"])


@router.post(
    "/{payment_id}/refund",
    responses=error_responses(PaymentNotFound, RefundWindowClosed, NotRefundable, ServiceUnavailable),
)
async def refund_payment(app: App, user: User, payment_id: UUID, body: RefundCreate | None = None) -> PaymentOut:
    """Refund a payment: its student within 30 days and under 30 % progress, an admin always.

    The enrollment ends by itself; the course can be bought again.
    """
    payment = await service.refund(app, user, payment_id, body.reason if body else None)
    return PaymentOut.model_validate(payment)
