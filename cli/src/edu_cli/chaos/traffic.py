"""The students of a run: they register, buy, request refunds, learn, and stay signed in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import httpx2

from edu_cli.chaos.clients import RESPONSE_SECONDS, Student, Tally, Unacknowledged
from edu_seed.databases import Connection

BASKET = 20
REFUNDED, STARTED = 0.1, 0.2


@dataclass(frozen=True)
class Catalogue:
    """Ids of the courses that can be bought, and of one lesson each."""

    paid: list[UUID]
    free: list[UUID]
    lessons: dict[UUID, UUID]


@dataclass
class Traffic:
    """Students who arrive one after the other, `students` concurrently, until `purchases` were attempted."""

    url: str
    catalogue: Catalogue
    purchases: int
    students: int
    rng: Random
    tally: Tally = field(default_factory=Tally)
    started: int = 0
    done: int = 0

    async def run(self) -> None:
        limits = httpx2.Limits(max_connections=2 * self.students)
        async with (
            httpx2.AsyncClient(base_url=self.url, timeout=RESPONSE_SECONDS, limits=limits, trust_env=False) as http,
            asyncio.TaskGroup() as tasks,
        ):
            for _ in range(self.students):
                tasks.create_task(self._shop(http))

    def close(self) -> None:
        """Start no further purchases."""
        self.purchases = self.started

    async def _shop(self, http: httpx2.AsyncClient) -> None:
        while self.started < self.purchases:
            student = Student(http, self.tally)
            if await self._attempt(student.register):
                await self._fill_basket(student)
                await self._attempt(student.refresh)
                await self._attempt(lambda student=student: student.enroll(self.rng.choice(self.catalogue.free)))

    async def _fill_basket(self, student: Student) -> None:
        for course_id in self.rng.sample(self.catalogue.paid, min(BASKET, len(self.catalogue.paid))):
            if self.started >= self.purchases:
                return
            self.started += 1
            await self._attempt(lambda course_id=course_id: self._buy(student, course_id))
            self.done += 1

    async def _buy(self, student: Student, course_id: UUID) -> None:
        """Buy a course; one in ten is refunded, one in five started."""
        payment_id = await student.buy(course_id)
        draw = self.rng.random()
        if draw < REFUNDED:
            await student.refund(payment_id, course_id)
        elif draw < REFUNDED + STARTED and course_id in self.catalogue.lessons:
            await student.complete(course_id, self.catalogue.lessons[course_id])

    async def _attempt(self, action: Callable[[], Awaitable[object]]) -> bool:
        """Return whether it was acknowledged; record a failure that a killed process does not excuse."""
        try:
            await action()
        except Unacknowledged as error:
            self.tally.unacknowledged.append(str(error))
            return False
        return True


async def read_catalogue(course: Connection) -> Catalogue:
    """Return the published courses whose price the mock provider accepts at once, and the first lesson of each."""
    paid = "SELECT id FROM courses WHERE status = 'published' AND price % 1 NOT IN (0.13, 0.37) ORDER BY id"
    free = "SELECT id FROM courses WHERE status = 'published' AND is_free ORDER BY id"
    lessons = "SELECT DISTINCT ON (course_id) course_id, id FROM lessons ORDER BY course_id, id"
    return Catalogue(
        paid=[row["id"] for row in await course.fetch(paid)],
        free=[row["id"] for row in await course.fetch(free)],
        lessons={row["course_id"]: row["id"] for row in await course.fetch(lessons)},
    )
