"""SQL of the queue of outgoing mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import is_due
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.ids import new_id, utc_now
from edu_notification.models import Locale, Mail, MailPreference, MailStatus, MailType, Recipient

LONGEST_PAUSE = timedelta(minutes=10)
"""Longest time between two attempts to send a mail."""

WRITTEN = ("id", "event_id", "user_id", "type", "data")


def _add() -> Executable:
    values = {name: bindparam(name, type_=Mail.__table__.c[name].type) for name in WRITTEN}
    unwanted = exists().where(
        MailPreference.user_id == values["user_id"],
        MailPreference.type == values["type"],
        MailPreference.enabled.is_(False),
    )
    statement = insert(Mail).from_select(list(values), select(*values.values()).where(~unwanted))
    return statement.on_conflict_do_nothing(index_elements=["event_id"])


ADD = _add()


async def add(unit: UnitOfWork, *, event_id: UUID, user_id: UUID, kind: MailType, data: dict[str, Any]) -> None:
    """Queue the mail of an event, once, unless the user does not want mails of this type."""
    await unit.execute(ADD, id=new_id(), event_id=event_id, user_id=user_id, type=kind, data=data)


RELEASE = (
    update(Mail)
    .where(Mail.user_id == bindparam("user_id"), Mail.status == MailStatus.QUEUED)
    .values(next_attempt_at=func.clock_timestamp())
)


async def release(unit: UnitOfWork, user_id: UUID) -> None:
    """Make mails due that waited for this user to become known."""
    await unit.execute(RELEASE, user_id=user_id)


@dataclass(frozen=True)
class Addressee:
    email: str
    name: str
    locale: Locale
    email_verified: bool


@dataclass(frozen=True)
class DueMail:
    """A mail that is due; `addressee` is None until an event of identity has named the user."""

    id: UUID
    user_id: UUID
    type: MailType
    data: dict[str, Any]
    attempts: int
    created_at: datetime
    addressee: Addressee | None


def _claim() -> Executable:
    due = (
        select(Mail.id)
        .where(Mail.status == MailStatus.QUEUED, is_due(Mail.next_attempt_at, LONGEST_PAUSE))
        .order_by(Mail.next_attempt_at)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claimed = (
        update(Mail)
        .where(Mail.id == due.c.id)
        .values(attempts=Mail.attempts + 1, next_attempt_at=func.clock_timestamp() + bindparam("lease"))
        .returning(Mail.id, Mail.user_id, Mail.type, Mail.data, Mail.attempts, Mail.created_at)
        .cte("claimed")
    )
    addressee = (Recipient.email, Recipient.name, Recipient.locale, Recipient.email_verified)
    return select(claimed, *addressee).outerjoin_from(claimed, Recipient, Recipient.user_id == claimed.c.user_id)


CLAIM = _claim()


async def claim(unit: UnitOfWork, limit: int, lease: timedelta) -> list[DueMail]:
    """Claim due mails, longest overdue first, for the duration of `lease`.

    No other sender claims them before the lease ends; if this one dies, they become due again then.
    """
    return [_due_mail(row) for row in await unit.all(CLAIM, limit=limit, lease=lease)]


def _due_mail(row: Row) -> DueMail:
    known = row["email"] is not None
    return DueMail(
        id=row["id"],
        user_id=row["user_id"],
        type=MailType(row["type"]),
        data=row["data"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        addressee=Addressee(row["email"], row["name"], Locale(row["locale"]), row["email_verified"]) if known else None,
    )


FINISH = (
    update(Mail)
    .where(Mail.id == bindparam("mail_id"))
    .values(status=bindparam("final"), last_error=bindparam("error"), data={})
)


async def finish(unit: UnitOfWork, mail_id: UUID, status: MailStatus, error: str | None = None) -> None:
    """Close a mail as sent or dropped for good; delete the data that it was composed from."""
    await unit.execute(FINISH, mail_id=mail_id, final=status, error=error)


POSTPONE = (
    update(Mail)
    .where(Mail.id == bindparam("mail_id"))
    .values(next_attempt_at=func.clock_timestamp() + bindparam("pause"), last_error=bindparam("error"))
)


async def postpone(unit: UnitOfWork, mail_id: UUID, pause: timedelta, error: str) -> None:
    """Schedule a mail's next attempt after `pause`."""
    await unit.execute(POSTPONE, mail_id=mail_id, pause=pause, error=error)


PURGE = delete(Mail).where(Mail.status != MailStatus.QUEUED, Mail.created_at < bindparam("before"))


async def purge(unit: UnitOfWork, keep: timedelta) -> None:
    """Delete closed mails that were queued more than `keep` ago."""
    await unit.execute(PURGE, before=utc_now() - keep)
