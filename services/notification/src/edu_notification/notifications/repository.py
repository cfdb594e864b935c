"""SQL of in-app notifications."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Row, Uuid, bindparam, literal, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.pagination import TOTAL_CAP, Cursors, Listing, PageParams, Slice, by_newest, counting
from edu_common.database.statements import Compiled, Connection, binds
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
"""A UUIDv7 made by Postgres, a new one for each row: a random one whose first 48 bits are the milliseconds."""


ADD = Compiled(
    insert(Notification)
    .values(binds(("id", "event_id", "user_id", "type", "title", "body", "data")))
    .on_conflict_do_nothing(index_elements=["event_id", "user_id"])
)


async def add(
    connection: Connection,
    *,
    event_id: UUID,
    user_id: UUID,
    kind: NotificationType,
    title: str,
    body: str,
    data: dict[str, Any],
) -> None:
    """Write the notification that an event makes for a user, once."""
    whom = {"id": new_id(), "event_id": event_id, "user_id": user_id}
    await connection.rows(ADD, **whom, type=kind, title=title, body=body, data=data)


async def announce_to_user(session: AsyncSession, announcement_id: UUID, user_id: UUID, title: str, body: str) -> int:
    """Write an announcement for one known user; gives how many received it."""
    return await _announce(session, announcement_id, Recipient.user_id == user_id, title, body)


async def announce_to_role(session: AsyncSession, announcement_id: UUID, role: str, title: str, body: str) -> int:
    """Write an announcement for all users of a role in one statement; gives how many received it."""
    return await _announce(session, announcement_id, Recipient.role == role, title, body)


async def _announce(session: AsyncSession, announcement_id: UUID, whom: Any, title: str, body: str) -> int:
    kind = NotificationType.ANNOUNCEMENT.value
    rows = select(
        UUID7, literal(announcement_id), Recipient.user_id, literal(kind), literal(title), literal(body)
    ).where(whom)
    statement = insert(Notification).from_select(["id", "event_id", "user_id", "type", "title", "body"], rows)
    result: CursorResult[Any] = await session.execute(statement)  # pyright: ignore[reportAssignmentType]
    return result.rowcount


OF_USER = select(*FIELDS).where(Notification.user_id == bindparam("user_id"))
UNREAD = OF_USER.where(~Notification.is_read)
NEWEST = by_newest(Notification.created_at, Notification.id)
LISTINGS = {False: Listing(OF_USER, NEWEST), True: Listing(UNREAD, NEWEST)}
"""By whether only unread ones are asked for."""

UNREAD_COUNT = Compiled(counting(UNREAD, TOTAL_CAP))


async def page(
    connection: Connection, user_id: UUID, *, unread_only: bool, params: PageParams, cursors: Cursors
) -> Slice:
    """One page of a user's notifications, newest first."""
    scope = {"list": "notifications", "user": str(user_id), "unread": unread_only}
    return await LISTINGS[unread_only].page(connection, params, cursors, scope, user_id=user_id)


async def unread_count(connection: Connection, user_id: UUID) -> int:
    """How many the user has not read, exact as far as totals of lists are."""
    return min(await connection.value(UNREAD_COUNT, user_id=user_id), TOTAL_CAP)


async def mark_read(session: AsyncSession, notification_id: UUID, user_id: UUID) -> Row[*tuple[Any, ...]] | None:
    """Mark one of the user's own as read; None when it is not theirs."""
    statement = (
        update(Notification)
        .where(Notification.id == notification_id, Notification.user_id == user_id)
        .values(is_read=True)
        .returning(*FIELDS)
    )
    return (await session.execute(statement)).one_or_none()


async def mark_all_read(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(
        update(Notification).where(Notification.user_id == user_id, ~Notification.is_read).values(is_read=True)
    )
