"""Outbox: events written with the change that they report, one delivery per subscriber."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Executable,
    ForeignKey,
    Identity,
    Index,
    Text,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, aliased, mapped_column

from edu_common.database.executor import Row
from edu_common.database.models import Base, binds, is_due
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.events.envelope import Event
from edu_common.ids import new_id, utc_now
from edu_common.request_context import current_request_id

Routes = Mapping[str, Sequence[str]]
"""Subscribers by event type, as names of services."""

KEEP_DELIVERED = timedelta(days=7)
LONGEST_BACKOFF = timedelta(seconds=30)


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


EVENTS, DELIVERIES = OutboxEvent.metadata.tables["outbox"], OutboxDelivery.metadata.tables["outbox_deliveries"]
"""As Core tables: SQLAlchemy's ORM cannot insert from the result of another insertion."""


def _publish() -> Executable:
    event = (
        insert(EVENTS)
        .values(binds(("id", "type", "subject", "data", "request_id")))
        .returning(EVENTS.c.seq, EVENTS.c.subject)
        .cte("event")
    )
    subscriber = (
        func.unnest(bindparam("subscribers", type_=ARRAY(Text))).table_valued(column("name", Text)).render_derived()
    )
    deliveries = select(event.c.seq, subscriber.c.name, event.c.subject).select_from(event.join(subscriber, true()))
    return insert(DELIVERIES).from_select(["seq", "subscriber", "subject"], deliveries)


PUBLISH = _publish()


async def publish(unit: UnitOfWork, routes: Routes, event_type: str, subject: UUID, data: Mapping[str, Any]) -> None:
    """Write an event and its deliveries in the caller's transaction; the relay wakes when that commits.

    Raise `KeyError` for an event type that `routes` does not contain.
    """
    subscribers = routes[event_type]
    event = {"id": new_id(), "type": event_type, "subject": subject, "data": dict(data)}
    await unit.execute(PUBLISH, **event, request_id=current_request_id(), subscribers=list(subscribers))
    unit.subscribers.update(subscribers)


DUE = (
    select(OutboxDelivery.subscriber)
    .where(OutboxDelivery.delivered_at.is_(None), is_due(OutboxDelivery.next_attempt_at, LONGEST_BACKOFF))
    .distinct()
)


async def subscribers_due(connection: Connection) -> set[str]:
    """Return the subscribers with an event that is due."""
    return set(await connection.scalars(DUE))


def _claim() -> Executable:
    other = aliased(OutboxDelivery)
    of_the_same = exists().where(
        other.subscriber == OutboxDelivery.subscriber,
        other.subject == OutboxDelivery.subject,
        other.delivered_at.is_(None),
    )
    return (
        select(EVENTS, of_the_same.where(other.seq > OutboxDelivery.seq).label("followed"))
        .join_from(OutboxDelivery, OutboxEvent, OutboxEvent.seq == OutboxDelivery.seq)
        .where(
            OutboxDelivery.subscriber == bindparam("subscriber"),
            OutboxDelivery.delivered_at.is_(None),
            is_due(OutboxDelivery.next_attempt_at, LONGEST_BACKOFF),
            ~of_the_same.where(other.seq < OutboxDelivery.seq),
        )
        .order_by(OutboxDelivery.seq)
        .limit(bindparam("limit"))
        .with_for_update(of=OutboxDelivery, skip_locked=True)
    )


CLAIM = _claim()


async def claim(unit: UnitOfWork, subscriber: str, limit: int) -> list[Row]:
    """Lock the next due events of a subscriber, the oldest undelivered one of each aggregate.

    `followed` says for each whether its aggregate has another event, due once this one is delivered. The deliveries
    stay locked until the caller's transaction ends, so that the relays of several replicas share the work and those of
    a dead replica are free again at once.
    """
    return await unit.all(CLAIM, subscriber=subscriber, limit=limit)


MARK_DELIVERED = (
    update(OutboxDelivery)
    .where(
        OutboxDelivery.subscriber == bindparam("to"),
        OutboxDelivery.seq == any_(bindparam("seqs", type_=ARRAY(BigInteger))),
    )
    .values(delivered_at=func.clock_timestamp(), last_error=None)
)


async def mark_delivered(unit: UnitOfWork, subscriber: str, seqs: Sequence[int]) -> None:
    await unit.execute(MARK_DELIVERED, to=subscriber, seqs=seqs)


BACKOFF_SECONDS = func.least(func.power(2, func.least(OutboxDelivery.attempts, 10)), LONGEST_BACKOFF.seconds)
MARK_FAILED = (
    update(OutboxDelivery)
    .where(OutboxDelivery.subscriber == bindparam("to"), OutboxDelivery.seq == bindparam("failed_seq"))
    .values(
        attempts=OutboxDelivery.attempts + 1,
        next_attempt_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, BACKOFF_SECONDS),
        last_error=bindparam("error"),
    )
)


async def mark_failed(unit: UnitOfWork, subscriber: str, seq: int, error: str) -> None:
    """Schedule the event's next attempt in 1, 2, 4 … seconds, at most 30."""
    await unit.execute(MARK_FAILED, to=subscriber, failed_seq=seq, error=error[:500])


def _pending() -> Executable:
    waiting = select(OutboxDelivery.seq).where(OutboxDelivery.delivered_at.is_(None)).distinct().subquery()
    oldest = func.min(OutboxEvent.created_at).label("oldest")
    return select(func.count().label("count"), oldest).where(OutboxEvent.seq.in_(select(waiting)))


PENDING = _pending()


async def pending_events(connection: Connection) -> tuple[int, float]:
    """Return how many events are not delivered to every subscriber yet, and the age of the oldest in seconds."""
    (row,) = await connection.all(PENDING)
    return row["count"], max(0.0, (utc_now() - row["oldest"]).total_seconds()) if row["oldest"] else 0.0


PURGE = delete(OutboxEvent).where(
    OutboxEvent.created_at < bindparam("before"),
    ~exists().where(OutboxDelivery.seq == OutboxEvent.seq, OutboxDelivery.delivered_at.is_(None)),
)


async def purge(unit: UnitOfWork) -> None:
    """Delete events that were delivered to every subscriber more than a week ago."""
    await unit.execute(PURGE, before=utc_now() - KEEP_DELIVERED)


def envelope(row: Row, source: str) -> Event:
    """Return an event's row as the envelope that subscribers receive."""
    return Event(
        id=row["id"],
        source=source,
        type=row["type"],
        subject=row["subject"],
        time=row["created_at"],
        data=row["data"],
        requestid=row["request_id"],
    )
