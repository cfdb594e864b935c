"""Ending a pending charge of the mock provider, as a bank would after a while."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from edu_common.fault_injection.failpoints import failpoint
from edu_payment.context import PaymentContext
from edu_payment.failpoints import Point
from edu_payment.models import Payment, State
from edu_payment.payments import repository
from edu_payment.payments.errors import AlreadyOwned
from edu_payment.payments.outcomes import apply_outcome
from edu_payment.payments.service import get
from edu_payment.settlements.errors import NotPending
from edu_payment.settlements.schemas import SettlementOutcome


async def settle(app: PaymentContext, payment_id: UUID, outcome: SettlementOutcome) -> Payment:
    """Complete or fail a pending payment; of several for one course only one can complete."""
    wanted = State(outcome)
    payment = await get(app, payment_id)
    if payment.state != State.AWAITING or payment.provider != app.mock.name:
        raise NotPending
    if wanted is State.COMPLETED:
        await _reserve(app, payment_id)
    failpoint(Point.SETTLE_BEFORE_PROVIDER)
    settled = await app.mock.settle(payment_id, wanted)
    failpoint(Point.SETTLE_AFTER_PROVIDER)
    payment = await apply_outcome(app, payment_id, settled)
    if payment.state != wanted:
        raise NotPending
    return payment


async def _reserve(app: PaymentContext, payment_id: UUID) -> None:
    """Make sure, before money moves, that no other payment has the course."""
    try:
        async with app.database.transaction() as session:
            if not await repository.reserve_awaiting(session, payment_id):
                raise NotPending
    except IntegrityError as error:
        raise AlreadyOwned from error
