"""What events of other services change here."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx2
import pytest

from edu_common.ids import new_id
from edu_course.context import CourseContext
from edu_course.reviews import repository as reviews


async def enrollments_of(client: httpx2.AsyncClient, course_id: str) -> int:
    return (await client.get(f"/courses/{course_id}")).json()["enrollment_count"]


class TestEnrollments:
    async def test_counted_once_each_and_taken_back(
        self, client: httpx2.AsyncClient, author: Any, deliver: Any
    ) -> None:
        course = await author.published()
        etag = (await client.get(f"/courses/{course['id']}")).headers["etag"]
        who = {"course_id": course["id"], "student_id": new_id()}
        event_id = new_id()
        for _ in range(3):
            await deliver("enrollment.created", event_id, **who)
        assert await enrollments_of(client, course["id"]) == 1
        assert (await client.get(f"/courses/{course['slug']}")).json()["enrollment_count"] == 1
        assert (await client.get(f"/courses/{course['id']}")).headers["etag"] == etag
        await deliver("enrollment.revoked", **who)
        assert await enrollments_of(client, course["id"]) == 0

    async def test_concurrent(self, client: httpx2.AsyncClient, author: Any, deliver: Any) -> None:
        course = await author.published()
        students = [new_id() for _ in range(20)]
        await asyncio.gather(
            *(deliver("enrollment.created", course_id=course["id"], student_id=student) for student in students)
        )
        assert await enrollments_of(client, course["id"]) == 20

    @pytest.mark.parametrize("event_type", ["enrollment.created", "enrollment.revoked"])
    async def test_of_a_course_deleted_since(self, deliver: Any, event_type: str) -> None:
        await deliver(event_type, course_id=new_id(), student_id=new_id())


class TestUsers:
    @pytest.mark.parametrize(
        ("event_type", "more", "name"),
        [("user.renamed", {"name": "New Name", "locale": "en"}, "New Name"), ("user.erased", {}, "")],
    )
    async def test_name_is_corrected_everywhere(
        self,
        client: httpx2.AsyncClient,
        author: Any,
        runtime: CourseContext,
        deliver: Any,
        event_type: str,
        more: Mapping[str, str],
        name: str,
    ) -> None:
        course = await author.published()
        await client.get(f"/courses/{course['id']}")
        values = {"id": new_id(), "course_id": UUID(course["id"]), "student_id": author.id, "rating": 5}
        async with runtime.database.unit_of_work() as unit:
            await reviews.add(unit, {**values, "author_name": "Ada Lovelace", "comment": ""})
        await deliver(event_type, user_id=author.id, **more)
        shown = await client.get(f"/courses/{course['slug']}")
        assert shown.json()["teacher_name"] == name
        assert shown.headers["etag"] == '"5"'
        listed = (await client.get(f"/reviews/course/{course['id']}")).json()
        assert [review["author_name"] for review in listed["items"]] == [name]
        assert (await author.course())["teacher_name"] == name, "the old token still has the old name"
