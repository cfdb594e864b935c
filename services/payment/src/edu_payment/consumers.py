"""Handlers of other services' events."""

from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Event, Subscriptions
from edu_payment.payments import repository


async def user_erased(unit: UnitOfWork, event: Event) -> None:
    await repository.erase_student(unit, UUID(event.data["user_id"]))


SUBSCRIPTIONS: Subscriptions = {"identity": {"user.erased": user_erased}}
