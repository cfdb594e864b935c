"""Settlements: an admin completes or fails a charge that the mock provider left pending, as a bank would later."""

from enum import StrEnum
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.errors import DomainError
from edu_common.types import Body
from edu_common.web.dependencies import Admin
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_payment.context import App, PaymentContext
from edu_payment.models import Payment, State
from edu_payment.payments import repository
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.outcomes import apply_outcome
from edu_payment.payments.schemas import PaymentRead
from edu_payment.payments.service import get
from edu_payment.publishers import AdminAction, publish_admin_action

router = Router(prefix="/admin/payments", tags=["admin"])


class SettlementOutcome(StrEnum):
    COMPLETED = "completed"
    FAILED = "failed"


class SettlementCreate(Body):
    outcome: SettlementOutcome


class NotPending(DomainError):
    status = 409
    code = "not_pending"
    detail = "Only a pending payment of the mock provider can be settled."


@router.post("/{payment_id}/settle", responses=error_responses(PaymentNotFound, NotPending))
async def settle_payment(app: App, admin: Admin, payment_id: UUID, body: SettlementCreate) -> PaymentRead:
    """Complete or fail a payment that the mock provider left pending."""
    return PaymentRead.model_validate(await settle(app, admin, payment_id, body.outcome))


async def settle(app: PaymentContext, admin: Claims, payment_id: UUID, outcome: SettlementOutcome) -> Payment:
    """Complete or fail a pending payment."""
    wanted = State(outcome)
    payment = await get(app, payment_id)
    if payment.state != State.AWAITING or payment.provider != app.mock.name:
        raise NotPending
    await _reserve(app, admin, payment, outcome)
    settled = await app.mock.settle(payment_id, wanted)
    payment = await apply_outcome(app, payment_id, settled)
    if payment.state != wanted:
        raise NotPending
    return payment


async def _reserve(app: PaymentContext, admin: Claims, payment: Payment, outcome: SettlementOutcome) -> None:
    """Claim the payment, so that the sweeper finishes the settlement if this process dies before it does.

    The admin's decision is published here, since the sweeper would not know whose it was.
    """
    async with app.database.unit_of_work() as unit:
        if not await repository.reserve_awaiting(unit, payment.id):
            raise NotPending
        await publish_admin_action(unit, admin, AdminAction.SETTLED, payment, outcome=outcome)
