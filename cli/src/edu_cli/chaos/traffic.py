"""What people do during a run: they register, buy, return, learn, and stay signed in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import httpx2

from edu_cli.chaos.clients import ANSWER_SECONDS, Refused, Student, Tally
from edu_seed.databases import Connection

BASKET = 20
RETURNED, BEGUN = 0.1, 0.2


@dataclass(frozen=True)
class Catalogue:
    """What can be bought, and lessons of it: ids."""

    paid: list[UUID]
    free: list[UUID]
    lessons: dict[UUID, UUID]


@dataclass
class Traffic:
    """Students who come one after the other, `crowd` at once, until `purchases` were tried."""

    url: str
    catalogue: Catalogue
    purchases: int
    crowd: int
    rng: Random
    tally: Tally = field(default_factory=Tally)
    started: int = 0
    done: int = 0

    async def run(self) -> None:
        limits = httpx2.Limits(max_connections=2 * self.crowd)
        async with (
            httpx2.AsyncClient(base_url=self.url, timeout=ANSWER_SECONDS, limits=limits, trust_env=False) as http,
            asyncio.TaskGroup() as tasks,
        ):
            for _ in range(self.crowd):
                tasks.create_task(self._shop(http))

    def close(self) -> None:
        """Begin no further purchases."""
        self.purchases = self.started

    async def _shop(self, http: httpx2.AsyncClient) -> None:
        while self.started < self.purchases:
            student = Student(http, self.tally)
            if await self._noted(student.register):
                await self._fill_basket(student)
                await self._noted(student.refresh)
                await self._noted(lambda student=student: student.enroll(self.rng.choice(self.catalogue.free)))

    async def _fill_basket(self, student: Student) -> None:
        for course_id in self.rng.sample(self.catalogue.paid, min(BASKET, len(self.catalogue.paid))):
            if self.started >= self.purchases:
                return
            self.started += 1
            await self._noted(lambda course_id=course_id: self._visit(student, course_id))
            self.done += 1

    async def _visit(self, student: Student, course_id: UUID) -> None:
        """Buy a course; one in ten is returned, one in five begun."""
        payment_id = await student.buy(course_id)
        mood = self.rng.random()
        if mood < RETURNED:
            await student.give_back(payment_id, course_id)
        elif mood < RETURNED + BEGUN and course_id in self.catalogue.lessons:
            await student.complete(course_id, self.catalogue.lessons[course_id])

    async def _noted(self, action: Callable[[], Awaitable[object]]) -> bool:
        """Whether it went well; an answer that no fault excuses is noted."""
        try:
            await action()
        except Refused as refusal:
            self.tally.refused.append(str(refusal))
            return False
        return True


async def read_catalogue(course: Connection) -> Catalogue:
    """The published courses whose price the mock provider takes at once, and the first lesson of each."""
    paid = "SELECT id FROM courses WHERE status = 'published' AND price % 1 NOT IN (0.13, 0.37) ORDER BY id"
    free = "SELECT id FROM courses WHERE status = 'published' AND is_free ORDER BY id"
    lessons = "SELECT DISTINCT ON (course_id) course_id, id FROM lessons ORDER BY course_id, id"
    return Catalogue(
        paid=[row["id"] for row in await course.fetch(paid)],
        free=[row["id"] for row in await course.fetch(free)],
        lessons={row["course_id"]: row["id"] for row in await course.fetch(lessons)},
    )
