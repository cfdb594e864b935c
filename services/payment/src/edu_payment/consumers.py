"""Handlers of other services' events."""

from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Event, Subscriptions
from edu_payment.models import RefundCause
from edu_payment.payments import repository


async def user_erased(unit: UnitOfWork, event: Event) -> None:
    await repository.erase_student(unit, UUID(event.data["user_id"]))


async def enrollment_refused(unit: UnitOfWork, event: Event) -> None:
    """Refund a completed payment that could not be fulfilled."""
    await repository.begin_own_refund(unit, UUID(event.data["payment_id"]), RefundCause(event.data["cause"]))


SUBSCRIPTIONS: Subscriptions = {
    "identity": {"user.erased": user_erased},
    "enrollment": {"enrollment.refused": enrollment_refused},
}
