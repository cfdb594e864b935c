"""What the payment service learns about a student, on which refunds depend."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

Data = dict[str, Any]
New = Callable[..., Awaitable[Data]]
Headers = Callable[[Data], dict[str, str]]
Percentage = Callable[[Data], Awaitable[int]]


@pytest.fixture
def percentage(client: httpx2.AsyncClient, service_headers: dict[str, str]) -> Percentage:
    """Return a function that reads the furthest progress of the student who made a purchase."""

    async def ask(purchase: Data) -> int:
        whom = {name: purchase[name] for name in ("student_id", "course_id")}
        return (await client.get("/internal/enrollments", params=whom, headers=service_headers)).json()["percentage"]

    return ask


async def mark(client: httpx2.AsyncClient, headers: dict[str, str], course: Data, lesson: int) -> None:
    path = f"/progress/lessons/{course['lesson_ids'][lesson]}/complete"
    answer = await client.post(path, headers=headers, json={"course_id": course["course_id"]})
    assert answer.status_code in (200, 201), answer.text


async def unmark(client: httpx2.AsyncClient, headers: dict[str, str], course: Data, lesson: int) -> None:
    path = f"/progress/lessons/{course['lesson_ids'][lesson]}/complete"
    assert (await client.delete(path, headers=headers)).status_code == 204


class TestFurthestProgress:
    async def test_of_nobody(self, client: httpx2.AsyncClient, new_course: New, percentage: Percentage) -> None:
        course = await new_course()
        assert await percentage({"student_id": course["teacher_id"], "course_id": course["course_id"]}) == 0

    async def test_outlasts_unmarking_everything(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers, percentage: Percentage
    ) -> None:
        course = await new_course(lessons=3)
        purchase = await buy(course)
        headers = headers_of(purchase)
        for lesson in range(2):
            await mark(client, headers, course, lesson)
        for lesson in range(3):
            await unmark(client, headers, course, lesson)
        assert await percentage(purchase) == 66
        shown = await client.get(f"/progress/courses/{course['course_id']}", headers=headers)
        assert shown.json()["percentage"] == 0

    async def test_counts_lessons_that_were_never_marked_together(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers, percentage: Percentage
    ) -> None:
        course = await new_course(lessons=4)
        purchase = await buy(course)
        for lesson in range(3):
            await mark(client, headers_of(purchase), course, lesson)
            await unmark(client, headers_of(purchase), course, lesson)
        assert await percentage(purchase) == 75

    async def test_does_not_fall_when_the_course_grows(
        self,
        client: httpx2.AsyncClient,
        new_course: New,
        buy: New,
        deliver: New,
        headers_of: Headers,
        percentage: Percentage,
    ) -> None:
        course = await new_course(lessons=2)
        purchase = await buy(course)
        await mark(client, headers_of(purchase), course, 0)
        longer = await new_course(lessons=10)
        lessons = [*course["lesson_ids"], *longer["lesson_ids"]]
        await deliver("course.updated", {**course, "version": 2, "lesson_ids": lessons})
        assert await percentage(purchase) == 50

    async def test_waits_for_the_course_to_be_published(
        self,
        client: httpx2.AsyncClient,
        new_course: New,
        buy: New,
        deliver: New,
        headers_of: Headers,
        percentage: Percentage,
    ) -> None:
        """Before the event of the publication has arrived, the course may lack lessons here."""
        course = await new_course(lessons=2, status="draft")
        purchase = await buy(course)
        longer = await new_course(lessons=3)
        await mark(client, headers_of(purchase), course, 0)
        lessons = [*course["lesson_ids"], *longer["lesson_ids"]]
        await deliver("course.published", {**course, "version": 2, "status": "published", "lesson_ids": lessons})
        assert await percentage(purchase) == 20

    async def test_is_everything_with_a_certificate(
        self, client: httpx2.AsyncClient, app: FastAPI, new_course: New, buy: New, headers_of: Headers, percentage: Any
    ) -> None:
        """Even one that was issued before progress was recorded, for marks removed since."""
        course = await new_course(lessons=1)
        purchase = await buy(course)
        await mark(client, headers_of(purchase), course, 0)
        async with app.state.runtime.database.unit_of_work() as unit:
            await unit.execute(text("UPDATE enrollments SET furthest_percent = 0"))
            await unit.execute(text("UPDATE lesson_progress SET completed_at = NULL"))
        assert await percentage(purchase) == 100

    async def test_is_kept_when_the_course_is_bought_again(
        self,
        client: httpx2.AsyncClient,
        new_course: New,
        buy: New,
        deliver: New,
        headers_of: Headers,
        percentage: Percentage,
    ) -> None:
        course = await new_course(lessons=2)
        purchase = await buy(course)
        await mark(client, headers_of(purchase), course, 0)
        await unmark(client, headers_of(purchase), course, 0)
        await deliver("payment.refunded", purchase)
        await buy(course, purchase["student_id"])
        assert await percentage(purchase) == 50
