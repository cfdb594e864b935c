"""A mock provider: the cents of the amount decide the outcome of a charge."""

from decimal import Decimal
from uuid import UUID

from edu_common.database.engine import Database
from edu_common.database.unit_of_work import Connection
from edu_payment.models import State
from edu_payment.providers import ledger
from edu_payment.providers.base import Charge, Outcome

DECLINED_CENTS = Decimal("0.13")
PENDING_CENTS = Decimal("0.37")


class MockProvider:
    """A provider with a durable ledger of its own, like an external one; the platform uses only its interface."""

    name = "mock"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def charge(self, charge: Charge) -> Outcome:
        async with self._database.read() as connection:
            await ledger.enter(connection, charge, _first_state(charge.amount))
            return await self._known(connection, charge.payment_id)

    async def refund(self, payment_id: UUID) -> Outcome:
        """Refund the charge; raise `LookupError` for an unknown one."""
        return await self._move(payment_id, State.COMPLETED, State.REFUNDED)

    async def cancel(self, payment_id: UUID) -> Outcome:
        return await self._move(payment_id, State.AWAITING, State.FAILED)

    async def settle(self, payment_id: UUID, state: State) -> Outcome:
        """End an awaiting charge; one that has ended already is left as it is."""
        return await self._move(payment_id, State.AWAITING, state)

    async def fetch(self, payment_id: UUID) -> Outcome | None:
        async with self._database.read() as connection:
            state = await ledger.state_of(connection, payment_id)
        return _outcome(state) if state else None

    async def _move(self, payment_id: UUID, before: State, after: State) -> Outcome:
        async with self._database.read() as connection:
            await ledger.move(connection, payment_id, before, after)
            return await self._known(connection, payment_id)

    async def _known(self, connection: Connection, payment_id: UUID) -> Outcome:
        state = await ledger.state_of(connection, payment_id)
        if state is None:
            raise LookupError(f"the mock provider's ledger has no charge of payment {payment_id}")
        return _outcome(state)


def _first_state(amount: Decimal) -> State:
    cents = amount % 1
    if cents == DECLINED_CENTS:
        return State.FAILED
    return State.AWAITING if cents == PENDING_CENTS else State.COMPLETED


def _outcome(state: State) -> Outcome:
    return Outcome(state, failure="card_declined" if state is State.FAILED else None)
