"""Outbox: events written with the change they tell of, one delivery a subscriber."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Text,
    delete,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from edu_common.context import current_request_id
from edu_common.db import Base, mark_published
from edu_common.events.envelope import Event
from edu_common.ids import new_id, utc_now

Routes = Mapping[str, Sequence[str]]
"""Who takes an event: names of services by event type."""

KEEP_DELIVERED = timedelta(days=7)
MAX_BACKOFF_SECONDS = 30


class OutboxEvent(Base):
    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    type: Mapped[str]
    subject: Mapped[UUID]
    data: Mapped[dict[str, Any]]
    request_id: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class OutboxDelivery(Base):
    __tablename__ = "outbox_deliveries"
    __table_args__ = (
        Index("ix_outbox_deliveries_due", "subscriber", "seq", postgresql_where=text("delivered_at IS NULL")),
        Index(
            "ix_outbox_deliveries_order",
            "subscriber",
            "subject",
            "seq",
            postgresql_where=text("delivered_at IS NULL"),
        ),
    )

    seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("outbox.seq", ondelete="CASCADE"), primary_key=True)
    subscriber: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[UUID]
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    delivered_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


async def publish(
    session: AsyncSession, routes: Routes, event_type: str, subject: UUID, data: Mapping[str, Any]
) -> None:
    """Write an event and its deliveries in the caller's transaction; the relay wakes when that commits.

    Raises `KeyError` for an event type that `routes` does not name.
    """
    subscribers = routes[event_type]
    seq = await session.scalar(
        insert(OutboxEvent)
        .values(id=new_id(), type=event_type, subject=subject, data=dict(data), request_id=current_request_id())
        .returning(OutboxEvent.seq)
    )
    deliveries = [{"seq": seq, "subscriber": name, "subject": subject} for name in subscribers]
    await session.execute(insert(OutboxDelivery).values(deliveries))
    mark_published(session)


async def subscribers_due(session: AsyncSession) -> set[str]:
    """Subscribers for whom some event can be offered now."""
    due = select(OutboxDelivery.subscriber).where(
        OutboxDelivery.delivered_at.is_(None), OutboxDelivery.next_attempt_at <= func.clock_timestamp()
    )
    return set(await session.scalars(due.distinct()))


async def claim(session: AsyncSession, subscriber: str, limit: int) -> list[OutboxEvent]:
    """Lock the next due events of a subscriber, the oldest undelivered one of each aggregate.

    The rows stay locked until the caller's transaction ends, so that relays of several replicas share the work
    and a dead one gives its rows back at once.
    """
    earlier = aliased(OutboxDelivery)
    blocked = exists().where(
        earlier.subscriber == OutboxDelivery.subscriber,
        earlier.subject == OutboxDelivery.subject,
        earlier.delivered_at.is_(None),
        earlier.seq < OutboxDelivery.seq,
    )
    due = (
        select(OutboxDelivery.seq)
        .where(
            OutboxDelivery.subscriber == subscriber,
            OutboxDelivery.delivered_at.is_(None),
            OutboxDelivery.next_attempt_at <= func.clock_timestamp(),
            ~blocked,
        )
        .order_by(OutboxDelivery.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    seqs = list(await session.scalars(due))
    if not seqs:
        return []
    events = select(OutboxEvent).where(OutboxEvent.seq.in_(seqs)).order_by(OutboxEvent.seq)
    return list(await session.scalars(events))


async def mark_delivered(session: AsyncSession, subscriber: str, seqs: Sequence[int]) -> None:
    await session.execute(
        update(OutboxDelivery)
        .where(OutboxDelivery.subscriber == subscriber, OutboxDelivery.seq.in_(seqs))
        .values(delivered_at=func.clock_timestamp(), last_error=None)
    )


async def mark_failed(session: AsyncSession, subscriber: str, seq: int, error: str) -> None:
    """Try that event again later: after 1, 2, 4 … seconds, at most 30."""
    backoff = func.least(func.power(2, func.least(OutboxDelivery.attempts, 10)), MAX_BACKOFF_SECONDS)
    await session.execute(
        update(OutboxDelivery)
        .where(OutboxDelivery.subscriber == subscriber, OutboxDelivery.seq == seq)
        .values(
            attempts=OutboxDelivery.attempts + 1,
            next_attempt_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, backoff),
            last_error=error[:500],
        )
    )


async def backlog(session: AsyncSession) -> tuple[int, float]:
    """How many events some subscriber has yet to take, and the age in seconds of the oldest."""
    waiting = select(OutboxDelivery.seq).where(OutboxDelivery.delivered_at.is_(None)).distinct().subquery()
    count, oldest = (
        await session.execute(
            select(func.count(), func.min(OutboxEvent.created_at)).where(OutboxEvent.seq.in_(select(waiting)))
        )
    ).one()
    return count, max(0.0, (utc_now() - oldest).total_seconds()) if oldest else 0.0


async def purge(session: AsyncSession) -> None:
    """Drop events that every subscriber took more than a week ago."""
    undelivered = exists().where(OutboxDelivery.seq == OutboxEvent.seq, OutboxDelivery.delivered_at.is_(None))
    await session.execute(delete(OutboxEvent).where(OutboxEvent.created_at < utc_now() - KEEP_DELIVERED, ~undelivered))


def envelope(row: OutboxEvent, source: str) -> Event:
    return Event(
        id=row.id,
        source=source,
        type=row.type,
        subject=row.subject,
        time=row.created_at,
        data=row.data,
        requestid=row.request_id,
    )
