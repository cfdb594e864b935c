"""Erasing people from what a service publishes."""

import asyncio
from uuid import UUID

from sqlalchemy import bindparam, select

from edu_common.database.engine import Database
from edu_common.events import erasure, publish
from edu_common.events.outbox import OutboxEvent
from edu_common.ids import new_id
from edu_sample.app import COUNTED, ROUTES

DATA = select(OutboxEvent.data).where(OutboxEvent.subject == bindparam("subject")).order_by(OutboxEvent.seq)


class TestOutbox:
    async def test_a_person_goes_and_nobody_else(self, sender_database: Database) -> None:
        erased, other, subject = new_id(), new_id(), new_id()
        events = [
            {"user_id": erased, "name": "Ada", "email": "ada@example.com", "locale": "en"},
            {"student_id": erased, "student_name": "Ada", "teacher_id": other, "teacher_name": "Grace"},
            {"student_id": other, "student_name": "Alan", "teacher_id": erased, "teacher_name": "Ada"},
            {"author_id": erased, "author_name": "Ada", "rating": 5},
            {"student_id": erased, "course_title": "Ada"},
            {"teacher_name": "Ada"},
        ]
        async with sender_database.unit_of_work() as unit:
            for data in events:
                await publish(unit, ROUTES, COUNTED, subject, data)
            await erasure.erase_published(unit, erased)
            found = await unit.scalars(DATA, subject=subject)
        expected = [erasure.without({name: str(value) for name, value in data.items()}, {erased}) for data in events]
        assert [{name: str(value) for name, value in data.items()} for data in found] == expected
        assert [[data.get(name) for _, name in erasure.PERSONAL if name in data] for data in found] == [
            ["", ""],
            ["", "Grace"],
            ["Alan", ""],
            [""],
            [],
            ["Ada"],
        ]


class TestLocks:
    async def test_erasure_waits_for_those_who_write_the_name(self, sender_database: Database) -> None:
        person, other = new_id(), new_id()
        order: list[str] = []

        async def erase(user_id: UUID) -> None:
            async with sender_database.unit_of_work() as unit:
                await erasure.lock(unit, user_id)
                order.append("erased" if user_id == person else "other")

        async with sender_database.unit_of_work() as unit:
            await erasure.lock_shared(unit, person)
            waiting = asyncio.create_task(erase(person))
            await erase(other)
            order.append("written")
        await waiting
        assert order == ["other", "written", "erased"]
