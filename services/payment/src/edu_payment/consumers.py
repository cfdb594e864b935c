"""Events of others, and what each changes here."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.events import Event, Handlers
from edu_payment.payments import repository


async def user_erased(session: AsyncSession, event: Event) -> None:
    await repository.erase_student(session, UUID(event.data["user_id"]))


HANDLERS: Handlers = {"user.erased": user_erased}
