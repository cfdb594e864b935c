"""The mock provider's ledger."""

from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.statements import Compiled, Connection, binds
from edu_payment.models import MockCharge, State
from edu_payment.providers.base import Charge

ENTER = Compiled(
    insert(MockCharge).values(binds(("idempotency_key", "amount", "currency", "state"))).on_conflict_do_nothing()
)
MOVE = Compiled(
    update(MockCharge)
    .where(MockCharge.idempotency_key == bindparam("payment_id"), MockCharge.state == bindparam("before"))
    .values(state=bindparam("after"))
)
STATE = Compiled(select(MockCharge.state).where(MockCharge.idempotency_key == bindparam("payment_id")))


async def enter(connection: Connection, charge: Charge, state: State) -> None:
    """Write the charge's row unless it is there."""
    await connection.rows(
        ENTER, idempotency_key=charge.payment_id, amount=charge.amount, currency=charge.currency, state=state
    )


async def move(connection: Connection, payment_id: UUID, before: State, after: State) -> None:
    """Bring the charge from one state to another; it stays as it is when it is not in the first."""
    await connection.rows(MOVE, payment_id=payment_id, before=before, after=after)


async def state_of(connection: Connection, payment_id: UUID) -> State | None:
    state = await connection.value(STATE, payment_id=payment_id)
    return State(state) if state else None
