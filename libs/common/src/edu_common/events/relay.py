"""The relay: delivers the events in the outbox, in one loop per subscriber."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import product
from math import inf

import structlog
from sqlalchemy.exc import SQLAlchemyError

from edu_common.auth.revocations import Revocations
from edu_common.database.engine import Database
from edu_common.database.executor import Row
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import inbox, outbox
from edu_common.events.inbox import Delivery
from edu_common.events.outbox import Routes
from edu_common.events.transport import BatchRejected, Transport
from edu_common.fault_injection.failpoints import Point, failpoint
from edu_common.observability import metrics
from edu_common.settings import ServiceSettings

log = structlog.get_logger(__name__)

BATCH = 100
POLL_SECONDS = 0.2
GATHER_SECONDS = 0.04
"""Seconds to wait for further events: a batch costs sender and receiver little more than a single event."""

SPACING_SECONDS = 0.25
"""Seconds between two batches for a subscriber: a lone event leaves after the above, a stream in larger batches."""

MAX_PAUSE_SECONDS = 5.0
REPORT_INTERVAL_SECONDS = 2.0
PURGE_SECONDS = 600.0
DELIVERED, FAILED = "delivered", "failed"


class Relay:
    """Delivers the events of one service; several processes of the service may each run one.

    It has a small connection pool of its own, so that a service busy with requests still publishes. A subscriber that
    is unavailable is retried after 0.2 to 5 seconds; the others do not wait for it.
    """

    def __init__(self, settings: ServiceSettings, routes: Routes, transport: Transport) -> None:
        self._service = settings.service
        self._subscribers = sorted({name for names in routes.values() for name in names})
        self._database = Database(settings, pool_size=len(self._subscribers) + 1)
        self._transport = transport
        self._wake = {name: asyncio.Event() for name in self._subscribers}
        for event_type, result in product(routes, (DELIVERED, FAILED)):
            metrics.EVENTS_DELIVERED.labels(self._service, event_type, result)

    def wake(self, subscribers: Iterable[str]) -> None:
        """Check the outbox for these subscribers now instead of at the next poll."""
        for subscriber in subscribers:
            self._wake[subscriber].set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for subscriber in self._subscribers:
                tasks.create_task(self._serve(subscriber))
            tasks.create_task(self._look())
            tasks.create_task(self._report())
            tasks.create_task(self._clean())

    async def close(self) -> None:
        await self._transport.close()
        await self._database.close()

    async def _look(self) -> None:
        """Wake the loops with due events: one cheap query for all subscribers, since idle services run it too."""
        while True:
            with suppress(OSError, SQLAlchemyError):
                async with self._database.read() as connection:
                    due = await outbox.subscribers_due(connection)
                self.wake(due & self._wake.keys())
            await asyncio.sleep(POLL_SECONDS)

    async def _serve(self, subscriber: str) -> None:
        pause = POLL_SECONDS
        next_batch_at = -inf
        while True:
            await self._wake[subscriber].wait()
            await asyncio.sleep(max(GATHER_SECONDS, next_batch_at - time.monotonic()))
            self._wake[subscriber].clear()
            next_batch_at = time.monotonic() + SPACING_SECONDS
            try:
                while await self._deliver_batch(subscriber):
                    pass
                pause = POLL_SECONDS
            except (OSError, SQLAlchemyError) as error:
                pause = min(pause * 2, MAX_PAUSE_SECONDS)
                log.warning("subscriber unreachable", subscriber=subscriber, error=repr(error), pause=pause)
                await asyncio.sleep(pause)
                self._wake[subscriber].set()

    async def _deliver_batch(self, subscriber: str) -> bool:
        """Deliver what is due; return whether there may be more."""
        async with self._database.unit_of_work() as unit:
            rows = await outbox.claim(unit, subscriber, BATCH)
            if not rows:
                return False
            failpoint(Point.RELAY_BEFORE_SEND)
            delivery = await self._send(subscriber, rows)
            failpoint(Point.RELAY_AFTER_SEND)
            await self._record(unit, subscriber, rows, delivery)
        failpoint(Point.RELAY_AFTER_COMMIT)
        return len(rows) == BATCH or any(row["followed"] for row in rows)

    async def _send(self, subscriber: str, rows: list[Row]) -> Delivery:
        """Send a batch; one that is rejected as a whole is split in halves, down to the event at fault."""
        try:
            return await self._transport.send(subscriber, [outbox.envelope(row, self._service) for row in rows])
        except BatchRejected as error:
            if len(rows) == 1:
                return Delivery(failed={rows[0]["id"]: str(error)})
        middle = len(rows) // 2
        return Delivery.of([await self._send(subscriber, half) for half in (rows[:middle], rows[middle:])])

    async def _record(self, unit: UnitOfWork, subscriber: str, rows: list[Row], delivery: Delivery) -> None:
        accepted = set(delivery.accepted)
        await outbox.mark_delivered(unit, subscriber, [row["seq"] for row in rows if row["id"] in accepted])
        for row in rows:
            delivered = row["id"] in accepted
            result = DELIVERED if delivered else FAILED
            metrics.EVENTS_DELIVERED.labels(self._service, row["type"], result).inc()
            if not delivered:
                reason = delivery.failed.get(row["id"], "no result for this event")
                await outbox.mark_failed(unit, subscriber, row["seq"], reason)

    async def _report(self) -> None:
        while True:
            with suppress(OSError, SQLAlchemyError):
                async with self._database.read() as connection:
                    pending, age = await outbox.pending_events(connection)
                metrics.OUTBOX_PENDING.labels(self._service).set(pending)
                metrics.OUTBOX_OLDEST_AGE.labels(self._service).set(age)
            await asyncio.sleep(REPORT_INTERVAL_SECONDS)

    async def _clean(self) -> None:
        while True:
            for purge in (outbox.purge, inbox.purge, Revocations.purge):
                with suppress(OSError, SQLAlchemyError):
                    async with self._database.unit_of_work() as unit:
                        await purge(unit)
            await asyncio.sleep(PURGE_SECONDS)
