"""Inbox: an event is applied in the transaction that records its id, so that a repeated one changes nothing."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

import structlog
from pydantic import BaseModel, Field
from sqlalchemy import Executable, Text, Uuid, bindparam, column, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, mapped_column

from edu_common.database.engine import Database
from edu_common.database.models import Base
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import DomainError
from edu_common.events.envelope import Event
from edu_common.fault_injection.safeguards import Safeguard, disabled
from edu_common.ids import utc_now
from edu_common.request_context import part_of_request

log = structlog.get_logger(__name__)

KEEP = timedelta(days=30)
"""Longer than any sender keeps an event, so that a late redelivery is still recognised."""

Handler = Callable[[UnitOfWork, Event], Awaitable[None]]
Handlers = Mapping[str, Handler]
"""Handlers by event type."""

Subscriptions = Mapping[str, Handlers]
"""What a service subscribes to, by publishing service: an event is accepted only from its own source."""


class InboxEvent(Base):
    __tablename__ = "inbox"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


class Delivery(BaseModel):
    """What became of a batch: the ids that are durable here, and a word about each that is not."""

    accepted: list[UUID] = Field(default_factory=list[UUID])
    failed: dict[UUID, str] = Field(default_factory=dict[UUID, str])

    @classmethod
    def of(cls, parts: Iterable["Delivery"]) -> Self:
        """Return the combined result of a batch that was delivered in parts."""
        whole = cls()
        for part in parts:
            whole.accepted += part.accepted
            whole.failed |= part.failed
        return whole


class ForeignEvent(DomainError):
    status = 403
    code = "foreign_event"
    detail = "A service publishes its own events alone."


async def receive(database: Database, subscriptions: Subscriptions, sender: str, events: list[Event]) -> Delivery:
    """Apply the events of `sender`; raise `ForeignEvent` when one has another source."""
    if any(event.source != sender for event in events):
        raise ForeignEvent
    return await _receive(database, subscriptions.get(sender, {}), events)


async def _receive(database: Database, handlers: Handlers, events: list[Event]) -> Delivery:
    """Apply events in one transaction; if that fails, each in its own, so that the others succeed."""
    try:
        await _apply(database, handlers, events)
        return Delivery(accepted=[event.id for event in events])
    except Exception as error:
        if len(events) == 1:
            log.exception("event failed", event_id=str(events[0].id), event_type=events[0].type)
            return Delivery(failed={events[0].id: type(error).__name__})
        log.warning("events failed together, applying them one by one", events=len(events), error=repr(error))
    return Delivery.of([await _receive(database, handlers, [event]) for event in events])


async def _apply(database: Database, handlers: Handlers, events: list[Event]) -> None:
    async with database.unit_of_work("inbox") as unit:
        new = await _remember(unit, events)
        if not new:
            return
        for event in new:
            with part_of_request(event.requestid):
                await handlers[event.type](unit, event)


def _remembering() -> Executable:
    arrays = func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("types", type_=ARRAY(Text)))
    event = arrays.table_valued(column("id", Uuid), column("type", Text)).render_derived()
    table = InboxEvent.metadata.tables[InboxEvent.__tablename__]
    statement = insert(table).from_select(["id", "type"], select(event.c.id, event.c.type))
    return statement.on_conflict_do_nothing().returning(table.c.id)


REMEMBER = _remembering()


async def _remember(unit: UnitOfWork, events: list[Event]) -> list[Event]:
    """Record the events, each once; return those that were not known before."""
    if disabled(Safeguard.INBOX):
        return events
    once = {event.id: event for event in events}
    unknown = set(await unit.scalars(REMEMBER, ids=list(once), types=[event.type for event in once.values()]))
    return [event for event in once.values() if event.id in unknown]


PURGE = delete(InboxEvent).where(InboxEvent.received_at < bindparam("before"))


async def purge(unit: UnitOfWork) -> None:
    await unit.execute(PURGE, before=utc_now() - KEEP)
