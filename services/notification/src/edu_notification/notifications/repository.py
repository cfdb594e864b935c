"""SQL of in-app notifications."""

from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, literal, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.pagination import TOTAL_CAP, Cursors, Listing, PageParams, Slice, by_newest, counting
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import new_id
from edu_notification.models import Notification, NotificationType, Recipient

FIELDS = (
    Notification.id,
    Notification.user_id,
    Notification.type,
    Notification.title,
    Notification.body,
    Notification.data,
    Notification.is_read,
    Notification.created_at,
)

UUID7: Any = literal_column(
    """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6), 52, 1), 53, 1), 'hex')::uuid""",
    Uuid(),
)
"""A UUIDv7 made by Postgres, a new one for each row: a random UUID whose first 48 bits are the milliseconds."""


ADD = (
    insert(Notification)
    .values(binds(("id", "event_id", "user_id", "type", "title", "body", "data", "about_user_id")))
    .on_conflict_do_nothing(index_elements=["event_id", "user_id"])
)


async def add(
    unit: UnitOfWork,
    *,
    event_id: UUID,
    user_id: UUID,
    kind: NotificationType,
    title: str,
    body: str,
    data: dict[str, Any],
    about_user_id: UUID | None,
) -> None:
    """Write the notification of an event to a user, once."""
    ids = {"id": new_id(), "event_id": event_id, "user_id": user_id}
    await unit.execute(ADD, **ids, type=kind, title=title, body=body, data=data, about_user_id=about_user_id)


ANNOUNCE = insert(Notification).from_select(
    ["id", "event_id", "user_id", "type", "title", "body"],
    select(
        UUID7,
        bindparam("announcement_id", type_=Uuid),
        Recipient.user_id,
        literal(NotificationType.ANNOUNCEMENT, Text),
        bindparam("title", type_=Text),
        bindparam("body", type_=Text),
    )
    .where(or_(Recipient.user_id == bindparam("user_id"), Recipient.role == bindparam("role")))
    .with_for_update(read=True, key_share=True),  # none of them can be erased meanwhile
)


async def announce(
    unit: UnitOfWork, announcement_id: UUID, *, user_id: UUID | None, role: str | None, title: str, body: str
) -> int:
    """Write an announcement to one known user or to all of a role; return how many received it."""
    values = {"announcement_id": announcement_id, "title": title, "body": body}
    return await unit.execute(ANNOUNCE, **values, user_id=user_id, role=role)


OF_USER = select(*FIELDS).where(Notification.user_id == bindparam("user_id"))
UNREAD = OF_USER.where(~Notification.is_read)
NEWEST = by_newest(Notification.created_at, Notification.id)
LISTINGS = {False: Listing(OF_USER, NEWEST), True: Listing(UNREAD, NEWEST)}
"""By whether only unread ones are requested."""

UNREAD_COUNT = counting(UNREAD, literal(TOTAL_CAP))


async def page(
    connection: Connection, user_id: UUID, *, unread_only: bool, params: PageParams, cursors: Cursors
) -> Slice:
    """Return one page of a user's notifications, newest first."""
    scope = {"list": "notifications", "user": str(user_id), "unread": unread_only}
    return await LISTINGS[unread_only].paginate(connection, params, cursors, scope, user_id=user_id)


async def unread_count(connection: Connection, user_id: UUID) -> int:
    """Return how many are unread, exact up to the cap of list totals."""
    return min(await connection.scalar(UNREAD_COUNT, user_id=user_id), TOTAL_CAP)


MARK_READ = (
    update(Notification)
    .where(Notification.id == bindparam("notification_id"), Notification.user_id == bindparam("user_id"))
    .values(is_read=True)
    .returning(*FIELDS)
)


async def mark_read(unit: UnitOfWork, notification_id: UUID, user_id: UUID) -> Row | None:
    """Mark one of the user's own as read; return it, or None when it is not theirs."""
    return await unit.first(MARK_READ, notification_id=notification_id, user_id=user_id)


MARK_ALL_READ = (
    update(Notification).where(Notification.user_id == bindparam("user_id"), ~Notification.is_read).values(is_read=True)
)


async def mark_all_read(unit: UnitOfWork, user_id: UUID) -> None:
    await unit.execute(MARK_ALL_READ, user_id=user_id)
