"""The mock provider's ledger."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_payment.models import MockCharge, State
from edu_payment.providers.base import Charge


async def enter(session: AsyncSession, charge: Charge, state: State) -> None:
    """Write the charge's row unless it is there."""
    await session.execute(
        insert(MockCharge)
        .values(idempotency_key=charge.payment_id, amount=charge.amount, currency=charge.currency, state=state)
        .on_conflict_do_nothing()
    )


async def move(session: AsyncSession, payment_id: UUID, before: State, after: State) -> None:
    """Bring the charge from one state to another; it stays as it is when it is not in the first."""
    await session.execute(
        update(MockCharge)
        .where(MockCharge.idempotency_key == payment_id, MockCharge.state == before)
        .values(state=after)
    )


async def state_of(session: AsyncSession, payment_id: UUID) -> State | None:
    state = await session.scalar(select(MockCharge.state).where(MockCharge.idempotency_key == payment_id))
    return State(state) if state else None
