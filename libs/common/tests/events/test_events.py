"""Outbox, relay and inbox between two services: nothing lost, nothing duplicated, in order per aggregate."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Set
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select, update

from edu_common.database.engine import Database
from edu_common.database.models import binds
from edu_common.events import Event, inbox, outbox, publish
from edu_common.events.inbox import Delivery, InboxEvent
from edu_common.events.outbox import OutboxDelivery, OutboxEvent
from edu_common.events.transport import Transport
from edu_common.fault_injection.failpoints import KILLED
from edu_common.fault_injection.safeguards import Safeguard
from edu_common.ids import new_id, utc_now
from edu_common.request_context import part_of_request
from edu_sample.app import COUNTED, ROUTES, ReceiverSettings, SenderSettings, broken, create_receiver

from .conftest import Launch, Put, Relaying, Serve, applied, hurry, undelivered, until_delivered

DELIVERIES = select(OutboxDelivery.__table__)

over_both = pytest.mark.parametrize("transport", ["http", "redis"], indirect=True)


class TestPublish:
    async def test_with_the_change_or_not_at_all(self, sender_database: Database) -> None:
        with suppress(LookupError):
            async with sender_database.unit_of_work() as unit:
                await publish(unit, ROUTES, COUNTED, new_id(), {"number": 1})
                raise LookupError
        assert await undelivered(sender_database) == 0

    async def test_an_event_without_a_route(self, sender_database: Database) -> None:
        with pytest.raises(KeyError, match=r"sample\.unheard"):
            async with sender_database.unit_of_work() as unit:
                await publish(unit, ROUTES, "sample.unheard", new_id(), {})

    async def test_wakes_the_relay_after_the_commit_only(self, sender_database: Database) -> None:
        woken: list[Set[str]] = []
        sender_database.on_published = woken.append
        async with sender_database.unit_of_work() as unit:
            await publish(unit, ROUTES, COUNTED, new_id(), {"number": 1})
            assert woken == []
        assert woken == [set(ROUTES[COUNTED])]


@over_both
class TestOrder:
    async def test_within_each_aggregate(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        subjects = [new_id() for _ in range(7)]
        next_number = Counter[UUID]()
        chosen = random.Random(7).choices(subjects, k=140)  # noqa: S311 - no secret
        async with serve(create_receiver(settings)), relaying(settings), relaying(settings):
            for subject in chosen:
                await put(subject, next_number[subject])
                next_number[subject] += 1
            await until_delivered(sender_database)
        numbers = defaultdict[UUID, list[int]](list)
        for row in await applied(receiver_database):
            numbers[row.subject].append(row.number)
        assert numbers == {subject: list(range(count)) for subject, count in Counter(chosen).items()}

    async def test_an_event_that_commits_late_is_not_overlooked(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        async with serve(create_receiver(settings)), relaying(settings):
            async with sender_database.unit_of_work() as unit:
                await publish(unit, ROUTES, COUNTED, new_id(), {"number": 1})
                await put(new_id(), 2)
                await until_delivered(sender_database)
                assert [row.number for row in await applied(receiver_database)] == [2]
            await until_delivered(sender_database)
        assert [row.number for row in await applied(receiver_database)] == [2, 1]


@over_both
class TestExactlyOnce:
    async def _apply_repeatedly(self, database: Database) -> int:
        """Deliver one event ten times concurrently and five times more; return how often it was applied."""
        from edu_sample.app import count

        event = Event(id=new_id(), source="payment", type=COUNTED, subject=new_id(), time=utc_now(), data={"number": 1})
        subscribed = (database, {"payment": {COUNTED: count}}, "payment")
        deliveries = await asyncio.gather(*(inbox.receive(*subscribed, [event]) for _ in range(10)))
        deliveries.append(await inbox.receive(*subscribed, [event] * 5))
        assert all(set(delivery.accepted) == {event.id} and not delivery.failed for delivery in deliveries)
        return len(await applied(database))

    async def test_a_repeated_event_is_applied_once(self, receiver_database: Database) -> None:
        assert await self._apply_repeatedly(receiver_database) == 1

    async def test_it_is_the_inbox_that_sees_to_it(
        self, receiver_database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("edu_common.fault_injection.safeguards._disabled", frozenset({Safeguard.INBOX}))
        assert await self._apply_repeatedly(receiver_database) == 15

    async def test_an_answer_that_is_lost(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        """The receiver committed, the sender gets no response and tries again."""

        class LosesFirstAnswer:
            def __init__(self, transport: Transport) -> None:
                self._transport = transport
                self.sent = 0

            async def send(self, subscriber: str, events: list[Event]) -> Delivery:
                delivery = await self._transport.send(subscriber, events)
                self.sent += 1
                if self.sent == 1:
                    raise ConnectionResetError
                return delivery

            async def close(self) -> None:
                await self._transport.close()

        settings = receiver_settings()
        for number in range(5):
            await put(new_id(), number)
        async with serve(create_receiver(settings)), relaying(settings, LosesFirstAnswer):
            await until_delivered(sender_database)
        assert sorted(row.number for row in await applied(receiver_database)) == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("place", ["inbox.before_commit", "inbox.after_commit"])
    async def test_the_receiver_is_killed(
        self,
        launch: Launch,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
        place: str,
    ) -> None:
        settings = receiver_settings()
        for number in range(5):
            await put(new_id(), number)
        process = launch("receiver", "serve", settings, FAILPOINT=place)
        async with relaying(settings):
            assert await asyncio.to_thread(process.wait, 60) == KILLED
            assert await undelivered(sender_database) == 5
            assert len(await applied(receiver_database)) == (5 if place == "inbox.after_commit" else 0)
            async with serve(create_receiver(settings)):
                await until_delivered(sender_database)
        assert sorted(row.number for row in await applied(receiver_database)) == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("place", ["relay.before_send", "relay.after_send", "relay.after_commit"])
    async def test_the_sender_is_killed(
        self,
        launch: Launch,
        serve: Serve,
        sender_settings: Callable[..., SenderSettings],
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
        place: str,
    ) -> None:
        settings = receiver_settings()
        sender = sender_settings(enrollment_url=f"http://127.0.0.1:{settings.port}")
        for number in range(5):
            await put(new_id(), number)
        async with serve(create_receiver(settings)):
            process = launch("sender", "serve", sender, FAILPOINT=place)
            assert await asyncio.to_thread(process.wait, 60) == KILLED
            assert await undelivered(sender_database) == (0 if place == "relay.after_commit" else 5)
            async with relaying(settings):
                await until_delivered(sender_database)
        assert sorted(row.number for row in await applied(receiver_database)) == [0, 1, 2, 3, 4]


@over_both
class TestFailingHandler:
    async def test_blocks_its_own_aggregate_alone(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        faulty, sound = new_id(), new_id()
        broken.add(faulty)
        for number in range(3):
            await put(faulty, number)
            await put(sound, number)
        async with serve(create_receiver(settings)), relaying(settings):
            await until_delivered(sender_database, leaving=3)
            assert {row.subject for row in await applied(receiver_database)} == {sound}
            async with sender_database.read() as connection:
                (stuck,) = await connection.all(DELIVERIES.where(OutboxDelivery.attempts > 0))
            assert stuck.last_error == "RuntimeError"
            broken.clear()
            await hurry(sender_database)
            await until_delivered(sender_database)
        assert [row.number for row in await applied(receiver_database) if row.subject == faulty] == [0, 1, 2]

    async def test_is_tried_again_ever_more_rarely(self, sender_database: Database, put: Put) -> None:
        await put(new_id(), 1)
        async with sender_database.read() as connection:
            seq = await connection.scalar(select(OutboxEvent.seq))
        pauses: list[float] = []
        for _ in range(7):
            async with sender_database.unit_of_work() as unit:
                await outbox.mark_failed(unit, "enrollment", seq, "x" * 1000)
                (row,) = await unit.all(DELIVERIES)
            pauses.append(round((row.next_attempt_at - utc_now()).total_seconds()))
        assert pauses == [1, 2, 4, 8, 16, 30, 30]


@over_both
class TestBatches:
    async def test_large_ones_pass_in_parts(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        """Together they exceed the largest permitted body."""
        settings = receiver_settings()
        for number in range(30):
            await put(new_id(), number, filler="x" * 100_000)
        async with serve(create_receiver(settings)), relaying(settings):
            await until_delivered(sender_database)
        assert len(await applied(receiver_database)) == 30

    async def test_one_that_the_receiver_never_takes_holds_up_no_other(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        for number in range(10):
            await put(new_id(), number, filler="x" * 1_100_000 if number == 4 else "")
        async with serve(create_receiver(settings)), relaying(settings):
            await until_delivered(sender_database, leaving=1)
        assert sorted(row.number for row in await applied(receiver_database)) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
        async with sender_database.read() as connection:
            (stuck,) = await connection.all(DELIVERIES.where(OutboxDelivery.delivered_at.is_(None)))
        assert stuck.attempts >= 1
        assert str(stuck.last_error).startswith("rejected")


@over_both
class TestSubscribers:
    async def test_one_that_is_away_holds_up_no_other(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        async with serve(create_receiver(settings)), relaying(settings):
            await put(new_id(), 1, event_type="sample.told_to_all")
            await until_delivered(sender_database)
            assert await undelivered(sender_database, "course") == 1
            async with sender_database.read() as connection:
                pending, age = await outbox.pending_events(connection)
        assert pending == 1
        assert age > 0
        assert len(await applied(receiver_database)) == 1

    async def test_one_that_comes_back_gets_everything(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        async with relaying(settings):
            for number in range(3):
                await put(new_id(), number)
            async with serve(create_receiver(settings)):
                await until_delivered(sender_database)
        assert len(await applied(receiver_database)) == 3


@over_both
class TestTwoRelays:
    async def test_share_the_events_at_the_same_time(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        """Each waits with its first batch until the other one has a batch too."""
        both_have_one = asyncio.Barrier(2)
        batches: list[list[UUID]] = []

        class Meets:
            def __init__(self, transport: Transport) -> None:
                self._transport = transport
                self._first = True

            async def send(self, subscriber: str, events: list[Event]) -> Delivery:
                batches.append([event.id for event in events])
                if self._first:
                    self._first = False
                    await asyncio.wait_for(both_have_one.wait(), 20)
                return await self._transport.send(subscriber, events)

            async def close(self) -> None:
                await self._transport.close()

        settings = receiver_settings()
        for number in range(150):
            await put(new_id(), number)
        async with serve(create_receiver(settings)), relaying(settings, Meets), relaying(settings, Meets):
            await until_delivered(sender_database)
        sent = [event_id for batch in batches for event_id in batch]
        assert len(sent) == len(set(sent)) == 150
        assert sorted(row.number for row in await applied(receiver_database)) == list(range(150))


@over_both
class TestRequestId:
    async def test_goes_along(
        self,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
        receiver_database: Database,
        sender_database: Database,
        put: Put,
        relaying: Relaying,
    ) -> None:
        settings = receiver_settings()
        with part_of_request("the-first-request"):
            await put(new_id(), 1)
        async with serve(create_receiver(settings)), relaying(settings):
            await until_delivered(sender_database)
        assert [row.request_id for row in await applied(receiver_database)] == ["the-first-request"]


class TestPurge:
    async def test_keeps_what_somebody_has_yet_to_take(self, sender_database: Database, put: Put) -> None:
        await put(new_id(), 1)
        await put(new_id(), 2)
        await put(new_id(), 3)
        long_ago = utc_now() - outbox.KEEP_DELIVERED - timedelta(hours=1)
        async with sender_database.unit_of_work() as unit:
            seqs = sorted(await unit.scalars(select(OutboxEvent.seq)))
            await outbox.mark_delivered(unit, "enrollment", [seqs[0], seqs[2]])
            await unit.execute(update(OutboxEvent).where(OutboxEvent.seq != seqs[2]).values(created_at=long_ago))
            await outbox.purge(unit)
            assert sorted(await unit.scalars(select(OutboxEvent.seq))) == seqs[1:]

    async def test_the_inbox_remembers_longer_than_a_sender_keeps(self, receiver_database: Database) -> None:
        ages = (timedelta(0), outbox.KEEP_DELIVERED + timedelta(days=1), inbox.KEEP + timedelta(hours=1))
        rows = [{"id": new_id(), "type": COUNTED, "received_at": utc_now() - age} for age in ages]
        async with receiver_database.unit_of_work() as unit:
            await unit.execute_many(insert(InboxEvent).values(binds(("id", "type", "received_at"))), rows)
            await inbox.purge(unit)
            assert set(await unit.scalars(select(InboxEvent.id))) == {row["id"] for row in rows[:2]}
