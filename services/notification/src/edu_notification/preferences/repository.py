"""SQL of mail preferences."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_notification.models import MailPreference, MailType


async def of_user(session: AsyncSession, user_id: UUID) -> dict[str, bool]:
    """What the user has chosen, by type of mail; types without a choice are absent."""
    chosen = select(MailPreference.type, MailPreference.enabled).where(MailPreference.user_id == user_id)
    return {row.type: row.enabled for row in await session.execute(chosen)}


async def save(session: AsyncSession, user_id: UUID, choices: Mapping[MailType, bool]) -> None:
    # Sorted, so that two requests at once lock the rows in one order.
    rows = [{"user_id": user_id, "type": kind.value, "enabled": choices[kind]} for kind in sorted(choices)]
    statement = insert(MailPreference).values(rows)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "type"], set_={"enabled": statement.excluded.enabled}
        )
    )
