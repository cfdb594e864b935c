"""The sweeper: finishes payments whose process died, or whose provider was unavailable, between charge and commit."""

import asyncio

import structlog

from edu_payment import metrics
from edu_payment.context import PaymentContext
from edu_payment.models import Payment, State
from edu_payment.payments import outcomes, repository

log = structlog.get_logger(__name__)

BATCH = 50
PAUSE_SECONDS = 1.0


async def run(app: PaymentContext) -> None:
    """Sweep until cancelled; several processes may do so at once."""
    while True:
        if await sweep(app) < BATCH:
            await asyncio.sleep(PAUSE_SECONDS)


async def sweep(app: PaymentContext) -> int:
    """Query the provider about overdue payments; return how many there were.

    A claimed payment is left to this process until its next check, so no lock is held during calls to the provider.
    """
    async with app.database.unit_of_work() as unit:
        overdue = await repository.claim_due(unit, BATCH)
    for payment in overdue:
        await _try_to_finish(app, payment)
    return len(overdue)


async def _try_to_finish(app: PaymentContext, payment: Payment) -> None:
    try:
        await finish(app, payment)
        metrics.SWEPT.labels("finished").inc()
    except Exception:
        metrics.SWEPT.labels("failed").inc()
        log.exception("payment cannot be finished yet", payment_id=str(payment.id), state=payment.state)


async def finish(app: PaymentContext, payment: Payment) -> None:
    """Bring a payment in progress to its outcome; a charge that the provider does not know is made now."""
    if payment.state == State.REFUND_PENDING:
        await outcomes.refund_charge(app, payment.id)
    elif outcome := await app.provider.fetch(payment.id):
        await outcomes.apply_outcome(app, payment.id, outcome)
    else:
        await outcomes.charge(app, payment)
