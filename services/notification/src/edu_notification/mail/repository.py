"""SQL of the queue of outgoing mail."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.ids import new_id, utc_now
from edu_notification.models import Mail, MailPreference, MailStatus, MailType


async def add(session: AsyncSession, *, event_id: UUID, user_id: UUID, kind: MailType, data: dict[str, Any]) -> None:
    """Queue the mail that an event makes, once, unless the user does not want mails of this type."""
    unwanted = exists().where(
        MailPreference.user_id == user_id, MailPreference.type == kind, MailPreference.enabled.is_(False)
    )
    row = select(
        literal(new_id()), literal(event_id), literal(user_id), literal(kind.value), literal(data, JSONB)
    ).where(~unwanted)
    statement = insert(Mail).from_select(["id", "event_id", "user_id", "type", "data"], row)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["event_id"]))


async def release(session: AsyncSession, user_id: UUID) -> None:
    """Send at once what waited for this user to become known."""
    await session.execute(
        update(Mail)
        .where(Mail.user_id == user_id, Mail.status == MailStatus.QUEUED)
        .values(next_attempt_at=func.clock_timestamp())
    )


async def claim(session: AsyncSession, limit: int, lease: timedelta) -> Sequence[Mail]:
    """Take due mails, the longest due first, for the time of `lease`.

    Nobody else takes them before the lease ends; when their sender dies, they become due again by then.
    """
    due = (
        select(Mail.id)
        .where(Mail.status == MailStatus.QUEUED, Mail.next_attempt_at <= func.clock_timestamp())
        .order_by(Mail.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    statement = (
        update(Mail)
        .where(Mail.id == due.c.id)
        .values(attempts=Mail.attempts + 1, next_attempt_at=func.clock_timestamp() + lease)
        .returning(Mail)
    )
    return list(await session.scalars(statement, execution_options={"synchronize_session": False}))


async def finish(session: AsyncSession, mail_id: UUID, status: MailStatus, error: str | None = None) -> None:
    """Close a mail: it was sent, or never will be."""
    await session.execute(update(Mail).where(Mail.id == mail_id).values(status=status, last_error=error))


async def postpone(session: AsyncSession, mail_id: UUID, pause: timedelta, error: str) -> None:
    """Try a mail again after `pause`."""
    await session.execute(
        update(Mail).where(Mail.id == mail_id).values(next_attempt_at=func.clock_timestamp() + pause, last_error=error)
    )


async def purge(session: AsyncSession, keep: timedelta) -> None:
    """Forget closed mails that were queued longer than `keep` ago."""
    await session.execute(delete(Mail).where(Mail.status != MailStatus.QUEUED, Mail.created_at < utc_now() - keep))
