"""Recipients: the users whom the platform can notify, with e-mail address, name, role and language."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy import exists as sql_exists
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.models import binds, in_list
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.events import erasure
from edu_notification.models import ErasedUser, Locale, Mail, MailPreference, Notification, Recipient

IS_ERASED = select(ErasedUser.user_id).where(in_list(ErasedUser.user_id, "ids"))


async def lock_unless_erased(unit: UnitOfWork, user_ids: Collection[UUID]) -> set[UUID]:
    """Keep users from being erased until the transaction ends; return those who have been erased already."""
    await erasure.lock_shared(unit, *user_ids)
    return set(await unit.scalars(IS_ERASED, ids=list(user_ids)))


_insert = insert(Recipient).values(binds(("user_id", "email", "name", "locale", "role", "email_verified")))
SAVE = _insert.on_conflict_do_update(
    index_elements=["user_id"],
    set_={
        "email": _insert.excluded.email,
        "name": _insert.excluded.name,
        "locale": _insert.excluded.locale,
        "role": func.coalesce(_insert.excluded.role, Recipient.role),
    },
)


async def save(
    unit: UnitOfWork,
    *,
    user_id: UUID,
    email: str,
    name: str,
    locale: str,
    role: str | None = None,
    email_verified: bool = True,
) -> None:
    """Save the current data of a recipient; a `role` of None keeps the known one.

    `email_verified` is set only on insertion: afterwards only `confirm` changes it.
    """
    known = {"email": email, "name": name, "locale": locale, "role": role, "email_verified": email_verified}
    await unit.execute(SAVE, user_id=user_id, **known)


CONFIRM = update(Recipient).where(Recipient.user_id == bindparam("user_id")).values(email_verified=True)


async def confirm(unit: UnitOfWork, user_id: UUID) -> None:
    """Record that the e-mail address is confirmed."""
    await unit.execute(CONFIRM, user_id=user_id)


RENAME = update(Recipient).where(Recipient.user_id == bindparam("user_id")).values(binds(("name", "locale")))


async def rename(unit: UnitOfWork, user_id: UUID, *, name: str, locale: str) -> None:
    await unit.execute(RENAME, user_id=user_id, name=name, locale=locale)


SET_ROLE = update(Recipient).where(Recipient.user_id == bindparam("user_id")).values(binds(("role",)))


async def set_role(unit: UnitOfWork, user_id: UUID, role: str) -> None:
    await unit.execute(SET_ROLE, user_id=user_id, role=role)


ERASE = (
    # The recipient first, whom announcements lock while they write their notifications.
    *(
        delete(table).where(table.user_id == bindparam("user_id"))
        for table in (Recipient, Notification, Mail, MailPreference)
    ),
    delete(Notification).where(Notification.about_user_id == bindparam("user_id")),
)
ERASE_MENTIONS = update(Mail).where(erasure.mentions(Mail.data)).values(data=erasure.anonymous(Mail.data))


async def erase(unit: UnitOfWork, user_id: UUID) -> None:
    """Delete a user: their e-mail address, their notifications and mails, and mentions of them in those of others."""
    await erasure.lock(unit, user_id)
    await erasure.remember(unit, user_id)
    for statement in ERASE:
        await unit.execute(statement, user_id=user_id)
    await unit.execute(ERASE_MENTIONS, person=str(user_id))


EXISTS = select(sql_exists().where(Recipient.user_id == bindparam("user_id")))


async def exists(connection: Connection, user_id: UUID) -> bool:
    """Return whether there is such a recipient."""
    return await connection.scalar(EXISTS, user_id=user_id)


LOCALE = select(Recipient.locale).where(Recipient.user_id == bindparam("user_id"))


async def locale_of(connection: Connection, user_id: UUID) -> Locale:
    """Return the recipient's language, English while the recipient is unknown."""
    return Locale(await connection.scalar(LOCALE, user_id=user_id) or Locale.EN)
