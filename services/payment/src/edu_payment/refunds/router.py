"""The address at which payments are refunded."""

from uuid import UUID

from fastapi import APIRouter

from edu_common.auth.dependencies import User
from edu_common.http_client import PeerUnavailable
from edu_common.web.refusals import refuses
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.schemas import PaymentOut
from edu_payment.refunds import service
from edu_payment.refunds.errors import NotRefundable, RefundWindowClosed
from edu_payment.refunds.schemas import RefundCreate
from edu_payment.runtime import App

router = APIRouter(prefix="/payments", tags=["payments"])


@router.post(
    "/{payment_id}/refund",
    responses=refuses(PaymentNotFound, RefundWindowClosed, NotRefundable, PeerUnavailable),
)
async def refund_payment(app: App, user: User, payment_id: UUID, body: RefundCreate | None = None) -> PaymentOut:
    """Refund a payment: its student within 30 days and under 30 % progress, an admin always.

    The enrollment ends by itself; the course can be bought again.
    """
    payment = await service.refund(app, user, payment_id, body.reason if body else None)
    return PaymentOut.model_validate(payment)
