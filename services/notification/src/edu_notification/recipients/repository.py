"""SQL about recipients."""

from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.statements import Compiled, Connection
from edu_notification.models import Locale, Mail, MailPreference, Notification, Recipient


async def save(
    session: AsyncSession, *, user_id: UUID, email: str, name: str, locale: str, role: str | None = None
) -> None:
    """Write what is now known of a recipient; a `role` of None leaves the known one."""
    values = {"email": email, "name": name, "locale": locale} | ({"role": role} if role else {})
    statement = insert(Recipient).values(user_id=user_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))


async def rename(session: AsyncSession, *, user_id: UUID, name: str, locale: str) -> None:
    await session.execute(update(Recipient).where(Recipient.user_id == user_id).values(name=name, locale=locale))


async def set_role(session: AsyncSession, user_id: UUID, role: str) -> None:
    await session.execute(update(Recipient).where(Recipient.user_id == user_id).values(role=role))


async def erase(session: AsyncSession, user_id: UUID) -> None:
    """Forget a user: their address, what they were told, what was to be sent to them."""
    for table in (Notification, Mail, MailPreference, Recipient):
        await session.execute(delete(table).where(table.user_id == user_id))


LOCALE = Compiled(select(Recipient.locale).where(Recipient.user_id == bindparam("user_id")))


async def locale_of(connection: Connection, user_id: UUID) -> Locale:
    """The recipient's language, English while the recipient is unknown."""
    return Locale(await connection.value(LOCALE, user_id=user_id) or Locale.EN)
