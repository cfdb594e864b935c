"""What the platform asks of a payment provider."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from edu_payment.models import State


@dataclass(frozen=True)
class Charge:
    """Money to take; `payment_id` is the idempotency key under which the provider knows it."""

    payment_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Outcome:
    """What a provider says of a charge: awaiting, failed (and why, as a code), completed or refunded."""

    state: State
    failure: str | None = None


class Provider(Protocol):
    """Every call may be repeated without harm; each raises `Unavailable` when the provider is away."""

    name: str

    async def charge(self, charge: Charge) -> Outcome:
        """Take the money, or say what became of the first try with the same payment id."""
        ...

    async def refund(self, payment_id: UUID) -> Outcome:
        """Give a completed charge's money back in full."""
        ...

    async def cancel(self, payment_id: UUID) -> Outcome:
        """End a charge that awaits its payer, or say what became of it."""
        ...

    async def fetch(self, payment_id: UUID) -> Outcome | None:
        """What became of a charge; None when the provider never saw it."""
        ...
