"""The mock provider's ledger."""

from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection
from edu_payment.models import MockCharge, State
from edu_payment.providers.base import Charge

ENTER = insert(MockCharge).values(binds(("idempotency_key", "amount", "currency", "state"))).on_conflict_do_nothing()
MOVE = (
    update(MockCharge)
    .where(MockCharge.idempotency_key == bindparam("payment_id"), MockCharge.state == bindparam("before"))
    .values(state=bindparam("after"))
)
STATE = select(MockCharge.state).where(MockCharge.idempotency_key == bindparam("payment_id"))


async def enter(connection: Connection, charge: Charge, state: State) -> None:
    """Insert the charge's row unless it exists."""
    await connection.execute(
        ENTER, idempotency_key=charge.payment_id, amount=charge.amount, currency=charge.currency, state=state
    )


async def move(connection: Connection, payment_id: UUID, before: State, after: State) -> None:
    """Move the charge from one state to another; do nothing when it is not in the first."""
    await connection.execute(MOVE, payment_id=payment_id, before=before, after=after)


async def state_of(connection: Connection, payment_id: UUID) -> State | None:
    """Return the charge's state, or None when the ledger does not have it."""
    state = await connection.scalar(STATE, payment_id=payment_id)
    return State(state) if state else None
