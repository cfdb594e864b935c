"""Applying a provider's outcome to a payment: one way for requests, the sweeper and webhooks."""

from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.ids import utc_now
from edu_payment import metrics, publishers
from edu_payment.context import PaymentContext
from edu_payment.models import Payment, RefundCause, State
from edu_payment.payments import repository
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.schemas import STATUS_OF, PaymentRead
from edu_payment.providers.base import Charge, Outcome

log = structlog.get_logger(__name__)

PUBLISH = {State.COMPLETED: publishers.publish_completed, State.REFUNDED: publishers.publish_refunded}


def first_response(payment: Payment) -> str:
    """Return the body of the response to the request that made the payment, the same for each repetition."""
    return payment.answer or PaymentRead.model_validate(payment).model_dump_json()


async def charge(app: PaymentContext, payment: Payment) -> Payment:
    """Charge a payment in the state charging, or find out that it was charged already."""
    outcome = await app.provider.charge(Charge(payment.id, payment.amount, payment.currency))
    return await apply_outcome(app, payment.id, outcome)


async def refund_charge(app: PaymentContext, payment_id: UUID) -> Payment:
    """Refund the charge of a payment whose refund is decided."""
    outcome = await app.provider.refund(payment_id)
    return await apply_outcome(app, payment_id, outcome)


async def apply_outcome(app: PaymentContext, payment_id: UUID, outcome: Outcome) -> Payment:
    """Apply the provider's outcome to a payment, and publish it; return the updated payment.

    An outcome that the payment has reached or passed changes nothing, so repeated and late outcomes are harmless. A
    charge that completed beside another one for the same course bought nothing, and is refunded.
    """
    async with app.database.unit_of_work("refund" if outcome.state is State.REFUNDED else "payment") as unit:
        payment = await repository.lock(unit, payment_id)
        if payment is None:
            raise PaymentNotFound
        changes = State(payment.state).precedes(outcome.state)
        if changes:
            await _conclude(unit, payment, outcome)
    if changes:
        metrics.PAYMENTS.labels(STATUS_OF[outcome.state]).inc()
        log.info("payment outcome", payment_id=str(payment.id), state=payment.state)
    return payment


async def _conclude(unit: UnitOfWork, payment: Payment, outcome: Outcome) -> None:
    now = utc_now()
    payment.state = outcome.state
    payment.failure = outcome.failure
    payment.check_at = None
    if outcome.state is State.COMPLETED:
        payment.completed_at = now
    if outcome.state is State.REFUNDED:
        payment.refunded_at = now
    payment.answer = first_response(payment)
    try:
        async with unit.savepoint():
            await repository.write_outcome(unit, payment)
    except IntegrityError:
        payment.state = State.REFUND_PENDING
        payment.refund_cause = RefundCause.ALREADY_PAID
        payment.check_at = now
        await repository.write_outcome(unit, payment)
        return
    if publish := PUBLISH.get(outcome.state):
        await publish(unit, payment)
