"""The address at which payments are refunded."""

from uuid import UUID

from fastapi import APIRouter

from edu_common.auth.dependencies import User
from edu_payment.payments.schemas import PaymentOut
from edu_payment.refunds import service
from edu_payment.refunds.schemas import RefundCreate
from edu_payment.runtime import App

router = APIRouter(prefix="/payments", tags=["payments"])


@router.post(
    "/{payment_id}/refund",
    responses={
        404: {"description": "payment_not_found: none, or somebody else's"},
        409: {"description": "refund_window_closed, not_refundable"},
        503: {"description": "dependency_unavailable: try again"},
    },
)
async def refund_payment(app: App, user: User, payment_id: UUID, body: RefundCreate | None = None) -> PaymentOut:
    """Refund a payment: its student within 30 days and under 30 % progress, an admin always.

    The enrollment ends by itself; the course can be bought again.
    """
    payment = await service.refund(app, user, payment_id, body.reason if body else None)
    return PaymentOut.model_validate(payment)
