"""The address at which an admin settles pending payments."""

from uuid import UUID

from fastapi import APIRouter

from edu_common.auth.dependencies import Admin
from edu_common.web.error_responses import error_responses
from edu_payment.context import App
from edu_payment.payments.errors import AlreadyOwned, PaymentNotFound
from edu_payment.payments.schemas import PaymentOut
from edu_payment.settlements import service
from edu_payment.settlements.errors import NotPending
from edu_payment.settlements.schemas import SettlementCreate

router = APIRouter(prefix="/admin/payments", tags=["admin"])


@router.post(
    "/{payment_id}/settle",
    responses=error_responses(PaymentNotFound, NotPending, AlreadyOwned),
)
async def settle_payment(app: App, _: Admin, payment_id: UUID, body: SettlementCreate) -> PaymentOut:
    """Complete or fail a payment that the mock provider left pending."""
    return PaymentOut.model_validate(await service.settle(app, payment_id, body.outcome))
