"""However events are delayed, reordered, repeated or interrupted by a crash, the database ends up as in the true order.

Order is kept within a subject, as by the outbox; between subjects any order is possible.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from edu_common.context import ServiceContext
from edu_common.database import engine
from edu_common.events import Event, inbox
from edu_common.ids import new_id, utc_now
from edu_common.testing.keys import source_of
from edu_common.testing.postgres import truncate
from edu_enrollment.app import create
from edu_enrollment.settings import EnrollmentSettings

Data = dict[str, Any]

BOOKS = (
    "SELECT student_id, course_id, payment_id, status, student_name FROM enrollments ORDER BY 1, 2",
    "SELECT course_id, version, title, status, lesson_ids FROM course_outlines ORDER BY 1",
    "SELECT user_id, name FROM user_names ORDER BY 1",
)


class Died(BaseException):
    """The process ended before the commit."""


@dataclass
class World:
    """Two courses and two students, as the services that own them know them; `told` are the events published."""

    told: list[Event] = field(default_factory=list[Event])
    courses: list[Data] = field(default_factory=list[Data])
    students: list[Data] = field(default_factory=list[Data])
    owned: dict[tuple[int, int], Data] = field(default_factory=dict[tuple[int, int], Data])

    def __post_init__(self) -> None:
        self.students = [{"user_id": str(new_id()), "name": f"Student {number}"} for number in range(2)]
        for number in range(2):
            course: Data = {
                "course_id": str(new_id()),
                "version": 1,
                "teacher_id": str(new_id()),
                "teacher_name": "Grace Hopper",
                "title": "Compilers",
                "slug": f"compilers-{number}",
                "status": "published",
                "is_free": False,
                "lesson_ids": [str(new_id()), str(new_id())],
            }
            self.courses.append(course)
            self.tell("course.published", course["course_id"], course)

    def tell(self, kind: str, subject: str, data: Data) -> None:
        at = utc_now() + timedelta(seconds=len(self.told))
        event = Event(id=new_id(), source=source_of(kind), type=kind, subject=UUID(subject), time=at, data=dict(data))
        self.told.append(event)

    def buy_or_return(self, student: int, course: int) -> None:
        payment = self.owned.pop((student, course), None)
        if payment is not None:
            self.tell("payment.refunded", payment["payment_id"], payment)
            return
        payment = {
            "payment_id": str(new_id()),
            "student_id": self.students[student]["user_id"],
            "student_name": self.students[student]["name"],
            "course_id": self.courses[course]["course_id"],
            "course_title": self.courses[course]["title"],
            "completed_at": (utc_now() + timedelta(seconds=len(self.told))).isoformat(),
        }
        self.owned[student, course] = payment
        self.tell("payment.completed", payment["payment_id"], payment)

    def rename(self, student: int, _: int) -> None:
        person = self.students[student]
        person["name"] += "!"
        self.tell("user.renamed", person["user_id"], {**person, "locale": "en"})

    def edit(self, _: int, number: int) -> None:
        course = self.courses[number]
        course["version"] += 1
        course["title"] += "!"
        course["lesson_ids"] = [*course["lesson_ids"], str(new_id())]
        self.tell("course.updated", course["course_id"], course)


HAPPENINGS = (World.buy_or_return, World.buy_or_return, World.buy_or_return, World.rename, World.edit)


@pytest.fixture
def service(settings: EnrollmentSettings) -> Iterator[Callable[[World, Any], None]]:
    """Return a function that compares one service's data after both deliveries, on an event loop of its own."""
    with asyncio.Runner() as runner:
        app: FastAPI = create(settings)
        runtime: ServiceContext = app.state.runtime

        def compare(world: World, data: Any) -> None:
            async def both() -> None:
                await truncate(settings.database_url.get_secret_value())
                for event in world.told:
                    assert not (
                        await inbox.receive(runtime.database, runtime.subscriptions, event.source, [event])
                    ).failed
                expected = await books(runtime)
                await truncate(settings.database_url.get_secret_value())
                await deliver_somehow(runtime, world.told, data)
                found = await books(runtime)
                differing = [(was, row) for was, row in zip(expected, found, strict=True) if was != row]
                assert not differing

            runner.run(both())

        yield compare
        runner.run(runtime.close())


async def books(runtime: ServiceContext) -> list[str]:
    """Return the rows of all compared tables, as text."""
    async with runtime.database.read() as connection:
        return [str(row) for query in BOOKS for row in await connection.all(text(query))]


async def deliver_somehow(runtime: ServiceContext, told: list[Event], data: Any) -> None:
    """Deliver until everything is accepted; `data` decides what is next and what happens to it."""
    waiting: list[Event] = list(told)
    while waiting:
        source = data.draw(st.sampled_from(sorted({event.source for event in waiting})), label="source")
        offered = [event for event in waiting if event.source == source]
        oldest = {event.subject: event for event in reversed(offered)}  # what the outbox would offer
        subjects: set[UUID] = data.draw(
            st.sets(st.sampled_from(sorted(oldest)), min_size=1, max_size=3), label="subjects"
        )
        batch = [oldest[subject] for subject in sorted(subjects)]
        fate = data.draw(st.sampled_from(["taken", "died before the commit", "died after it", "doubled"]), label="fate")
        if fate == "died before the commit":
            with pytest.MonkeyPatch.context() as patch, suppress(Died):
                patch.setattr(engine, "failpoint", die)
                await inbox.receive(runtime.database, runtime.subscriptions, source, batch)
            continue
        taken = (await inbox.receive(runtime.database, runtime.subscriptions, source, batch)).accepted
        if fate == "doubled":
            await inbox.receive(runtime.database, runtime.subscriptions, source, batch)
        if fate != "died after it":  # otherwise the sender does not know, and offers it again
            waiting = [event for event in waiting if event.id not in taken]


def die(_: Any) -> None:
    raise Died


def test_books_are_those_of_the_true_order(service: Callable[[World, Any], None]) -> None:
    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # shrinking takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 1), st.integers(0, 1)), max_size=8), st.data()
    )
    def check(happenings: list[Any], data: Any) -> None:
        world = World()
        for happens, student, course in happenings:
            happens(world, student, course)
        service(world, data)

    check()
