"""The interface of payment providers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from edu_payment.models import State


@dataclass(frozen=True)
class Charge:
    """A charge to make; `payment_id` is its idempotency key at the provider."""

    payment_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Outcome:
    """A provider's result of a charge: awaiting, failed (and why, as a code), completed or refunded."""

    state: State
    failure: str | None = None


class Provider(Protocol):
    """A payment provider. Every call is idempotent; each raises `Unavailable` while the provider is unavailable."""

    name: str

    async def charge(self, charge: Charge) -> Outcome:
        """Make the charge, or return the outcome of an earlier attempt with the same payment id."""
        ...

    async def refund(self, payment_id: UUID) -> Outcome:
        """Refund a completed charge in full."""
        ...

    async def cancel(self, payment_id: UUID) -> Outcome:
        """Cancel a charge that awaits its payer, or return its outcome if it has one."""
        ...

    async def fetch(self, payment_id: UUID) -> Outcome | None:
        """Return the outcome of a charge, or None when the provider does not know it."""
        ...
