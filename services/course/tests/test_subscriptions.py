"""The effect of other services' events."""

import asyncio
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from edu_common.events.outbox import OutboxEvent
from edu_common.ids import new_id
from edu_common.testing.app import client_of, running
from edu_common.testing.tokens import Signer
from edu_course.app import create
from edu_course.context import CourseContext
from edu_course.reviews import repository as reviews
from edu_course.settings import CourseSettings


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


class Enrolled(BaseHTTPRequestHandler):
    """A fake enrollment service in which everyone is enrolled, as in a cache that has not received a refund's event."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"enrolled": true}')

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        pass


class TestReviewsOfRefundedBuyers:
    @pytest.fixture
    def write(self, runtime: CourseContext) -> Any:
        """Return a function that writes a review by an enrolled student."""

        async def add(course_id: str, student_id: UUID, rating: int) -> None:
            values = {"id": new_id(), "course_id": UUID(course_id), "student_id": student_id, "rating": rating}
            async with runtime.database.unit_of_work() as unit:
                await reviews.add(unit, {**values, "author_name": "Ada Lovelace", "comment": "Bad."})
                await reviews.add_to_sums(unit, UUID(course_id), rating=rating, count=1)

        return add

    async def shown(self, client: httpx2.AsyncClient, course_id: str) -> tuple[float, int, int, int]:
        """Return average and count of the course, length of its list, and sum of its histogram."""
        course = (await client.get(f"/courses/{course_id}")).json()
        listed = (await client.get(f"/reviews/course/{course_id}")).json()
        return course["avg_rating"], course["review_count"], listed["total"], sum(listed["histogram"].values())

    async def test_leave_with_the_enrollment_and_come_back_with_it(
        self, client: httpx2.AsyncClient, author: Any, signer: Signer, deliver: Any, write: Any
    ) -> None:
        course_id, student_id = (await author.published())["id"], new_id()
        who = {"course_id": course_id, "student_id": student_id}
        await deliver("enrollment.created", **who)
        await write(course_id, student_id, 1)
        await write(course_id, new_id(), 4)
        assert await self.shown(client, course_id) == (2.5, 2, 2, 2)
        for _ in range(2):
            await deliver("enrollment.revoked", **who)
            assert await self.shown(client, course_id) == (4, 1, 1, 1)
        own = await client.get("/reviews/me", headers=signer.headers(student_id))
        (review,) = own.json()["items"]
        changed = await client.put(f"/reviews/{review['id']}", json={"rating": 2}, headers=signer.headers(student_id))
        assert (changed.status_code, await self.shown(client, course_id)) == (200, (4, 1, 1, 1))
        await deliver("enrollment.created", **who)
        assert await self.shown(client, course_id) == (3, 2, 2, 2)

    async def test_deleted_by_their_author_they_change_no_sum(
        self, client: httpx2.AsyncClient, author: Any, signer: Signer, deliver: Any, write: Any
    ) -> None:
        course_id, student_id = (await author.published())["id"], new_id()
        await write(course_id, student_id, 1)
        await write(course_id, new_id(), 4)
        await deliver("enrollment.revoked", course_id=course_id, student_id=student_id)
        headers = signer.headers(student_id)
        (review,) = (await client.get("/reviews/me", headers=headers)).json()["items"]
        assert (await client.delete(f"/reviews/{review['id']}", headers=headers)).status_code == 204
        await deliver("enrollment.created", course_id=course_id, student_id=student_id)
        assert await self.shown(client, course_id) == (4, 1, 1, 1)

    async def test_cannot_be_written_by_whom_a_cache_still_takes_for_enrolled(
        self, client: httpx2.AsyncClient, settings: CourseSettings, author: Any, signer: Signer, deliver: Any
    ) -> None:
        course_id, student_id = (await author.published())["id"], new_id()
        await deliver("enrollment.revoked", course_id=course_id, student_id=student_id)
        body, headers = {"course_id": course_id, "rating": 1}, signer.headers(student_id)
        with ThreadingHTTPServer(("127.0.0.1", 0), Enrolled) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}"
            other = create(settings.model_copy(update={"enrollment_url": url}))
            async with running(other, signer) as app, client_of(app) as other_process:
                refused = await other_process.post("/reviews", json=body, headers=headers)
                assert (refused.status_code, refused.json()["code"]) == (403, "enrollment_required")
                await deliver("enrollment.created", course_id=course_id, student_id=student_id)
                assert (await other_process.post("/reviews", json=body, headers=headers)).status_code == 201
            server.shutdown()


class TestUsers:
    @pytest.mark.parametrize(
        ("event_type", "more", "name", "version"),
        [("user.renamed", {"name": "New Name", "locale": "en"}, "New Name", 5), ("user.erased", {}, "", 6)],
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
        version: int,
        admin: Mapping[str, str],
    ) -> None:
        course = await author.published()
        await client.get(f"/courses/{course['id']}")
        values = {"id": new_id(), "course_id": UUID(course["id"]), "student_id": author.id, "rating": 5}
        async with runtime.database.unit_of_work() as unit:
            await reviews.add(unit, {**values, "author_name": "Ada Lovelace", "comment": ""})
        await deliver(event_type, user_id=author.id, **more)
        shown = await client.get(f"/courses/{course['slug']}", headers=admin)
        assert shown.json()["teacher_name"] == name
        assert shown.headers["etag"] == f'"{version}.{course["id"]}"'
        listed = (await client.get(f"/reviews/course/{course['id']}", headers=admin)).json()
        assert [review["author_name"] for review in listed["items"]] == [name]
        assert (await author.course())["teacher_name"] == name, "the old token still has the old name"

    async def test_courses_of_an_erased_teacher_go_off_sale(
        self,
        client: httpx2.AsyncClient,
        author: Any,
        other_author: Any,
        admin: Mapping[str, str],
        runtime: CourseContext,
        deliver: Any,
    ) -> None:
        sold, draft, others = await author.published(), await author.course(), await other_author.published()
        await client.get(f"/courses/{sold['slug']}")
        await deliver("user.erased", user_id=author.id)
        assert (await client.get(f"/courses/{sold['slug']}")).status_code == 404
        found = (await client.get("/courses")).json()["items"]
        assert [course["id"] for course in found] == [others["id"]]
        for course, status in ((sold, "archived"), (draft, "draft")):
            assert (await client.get(f"/courses/{course['id']}", headers=admin)).json()["status"] == status
        async with runtime.database.read() as connection:
            last = await connection.first(select(OutboxEvent.type, OutboxEvent.data).order_by(OutboxEvent.seq.desc()))
        assert last is not None
        assert (last.type, last.data["course_id"], last.data["teacher_name"]) == ("course.archived", sold["id"], "")
