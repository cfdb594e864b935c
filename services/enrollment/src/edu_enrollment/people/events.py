"""Events about users."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.events import Event, Handlers
from edu_enrollment.people import repository


async def user_renamed(session: AsyncSession, event: Event) -> None:
    await repository.rename(session, UUID(event.data["user_id"]), event.data["name"])


async def user_erased(session: AsyncSession, event: Event) -> None:
    await repository.erase(session, UUID(event.data["user_id"]))


HANDLERS: Handlers = {"user.renamed": user_renamed, "user.erased": user_erased}
