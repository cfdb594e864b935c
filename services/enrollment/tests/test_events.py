"""The effect of other services' events."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id, utc_now
from edu_common.testing.tokens import Signer
from edu_enrollment.courses import repository as courses
from edu_enrollment.enrollments.activation import activate

Data = dict[str, Any]
New = Callable[..., Awaitable[Data]]
Told = Callable[[], Awaitable[list[tuple[str, Data]]]]
Headers = Callable[[Data], dict[str, str]]


async def enrollments(client: httpx2.AsyncClient, headers: dict[str, str]) -> list[Data]:
    return (await client.get("/enrollments/me", headers=headers)).json()["items"]


class TestPaymentCompleted:
    async def test_enrolls_and_tells(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, told: Told, headers_of: Headers
    ) -> None:
        course = await new_course()
        purchase = await buy(course)
        (mine,) = await enrollments(client, headers_of(purchase))
        expected = {
            "enrollment_id": mine["id"],
            "student_id": purchase["student_id"],
            "student_name": "Ada Lovelace",
            "course_id": course["course_id"],
            "course_title": "Compilers",
            "course_slug": "compilers",
            "teacher_id": course["teacher_id"],
            "payment_id": purchase["payment_id"],
        }
        assert await told() == [("enrollment.created", expected)]

    async def test_repeated_twenty_times_at_once(self, new_course: New, deliver: New, told: Told) -> None:
        course, event_id = await new_course(), new_id()
        purchase = {
            "payment_id": str(new_id()),
            "student_id": str(new_id()),
            "student_name": "Ada Lovelace",
            "course_id": course["course_id"],
            "course_title": course["title"],
        }
        await asyncio.gather(*(deliver("payment.completed", purchase, event_id) for _ in range(20)))
        assert len(await told()) == 1

    async def test_before_its_course_it_waits(
        self, client: httpx2.AsyncClient, service_headers: dict[str, str], new_course: New, told: Told
    ) -> None:
        course_id, event_id = str(new_id()), str(new_id())
        purchase = {
            "payment_id": str(new_id()),
            "student_id": str(new_id()),
            "student_name": "Ada Lovelace",
            "course_id": course_id,
            "course_title": "Compilers",
        }
        event = {
            "id": event_id,
            "source": "payment",
            "type": "payment.completed",
            "subject": purchase["payment_id"],
            "time": utc_now().isoformat(),
            "data": purchase,
        }
        answer = await client.post("/internal/events", headers=service_headers, json=[event])
        assert answer.json()["failed"] == {event_id: "CourseMissing"}
        await new_course(course_id=course_id)
        answer = await client.post("/internal/events", headers=service_headers, json=[event])
        assert answer.json()["accepted"] == [event_id]
        assert [kind for kind, _ in await told()] == ["enrollment.created"]

    async def test_after_its_course_was_deleted_it_is_refunded(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, told: Told, headers_of: Headers
    ) -> None:
        course = await new_course()
        await deliver("course.deleted", course)
        purchase = await buy(course)
        assert await enrollments(client, headers_of(purchase)) == []
        expected = {"payment_id": purchase["payment_id"], "cause": "course_deleted"}
        assert await told() == [("enrollment.refused", expected)]

    async def test_before_its_course_is_deleted_it_is_refunded(
        self, new_course: New, buy: New, deliver: New, told: Told
    ) -> None:
        course, other = await new_course(), await new_course()
        purchase, returned = await buy(course), await buy(course)
        await buy(other)
        await deliver("payment.refunded", returned)
        await deliver("course.deleted", course)
        expected = {"payment_id": purchase["payment_id"], "cause": "course_deleted"}
        assert [event for event in await told() if event[0] == "enrollment.refused"] == [
            ("enrollment.refused", expected)
        ]

    async def test_while_its_course_is_deleted_it_is_refunded(
        self, new_course: New, buy: New, deliver: New, told: Told
    ) -> None:
        for _ in range(10):
            course = await new_course()
            purchase, _ = await asyncio.gather(buy(course), deliver("course.deleted", course))
            refused = [data["payment_id"] for kind, data in await told() if kind == "enrollment.refused"]
            assert refused[-1:] == [purchase["payment_id"]]

    async def test_of_a_student_who_enrolled_while_the_course_was_free_is_refunded(
        self, app: FastAPI, client: httpx2.AsyncClient, new_course: New, buy: New, told: Told, headers_of: Headers
    ) -> None:
        course, student_id = await new_course(is_free=True), new_id()
        async with app.state.runtime.database.unit_of_work() as unit:
            known = await courses.get(unit, UUID(course["course_id"]))
            assert known
            await activate(unit, student_id, "Ada Lovelace", known, None)
        purchase = await buy(course, str(student_id))
        (mine,) = await enrollments(client, headers_of(purchase))
        assert (mine["status"], mine["payment_id"]) == ("enrolled", None)
        expected = {"payment_id": purchase["payment_id"], "cause": "already_enrolled"}
        assert (await told())[1:] == [("enrollment.refused", expected)]


class TestPaymentRefunded:
    async def test_revokes_and_tells(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, told: Told, headers_of: Headers
    ) -> None:
        purchase = await buy(await new_course())
        await deliver("payment.refunded", purchase)
        (mine,) = await enrollments(client, headers_of(purchase))
        assert mine["status"] == "revoked"
        expected = {
            "enrollment_id": mine["id"],
            "student_id": purchase["student_id"],
            "course_id": purchase["course_id"],
            "course_title": "Compilers",
        }
        assert (await told())[1:] == [("enrollment.revoked", expected)]

    async def test_twice_tells_once(self, new_course: New, buy: New, deliver: New, told: Told) -> None:
        purchase = await buy(await new_course())
        await asyncio.gather(*(deliver("payment.refunded", purchase) for _ in range(5)))
        assert [kind for kind, _ in await told()] == ["enrollment.created", "enrollment.revoked"]

    async def test_bought_again_keeps_the_progress(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, told: Told, headers_of: Headers
    ) -> None:
        course = await new_course()
        first = await buy(course)
        headers = headers_of(first)
        lesson = f"/progress/lessons/{course['lesson_ids'][0]}/complete"
        assert (await client.post(lesson, headers=headers, json={"course_id": course["course_id"]})).status_code == 201
        await deliver("payment.refunded", first)
        second = await buy(course, first["student_id"])
        (mine,) = await enrollments(client, headers)
        assert (mine["status"], mine["progress"], mine["payment_id"]) == ("in_progress", 33, second["payment_id"])
        assert [kind for kind, _ in await told()] == [
            "enrollment.created",
            "enrollment.revoked",
            "enrollment.created",
        ]

    async def test_of_the_old_payment_after_the_new_one(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, told: Told, headers_of: Headers
    ) -> None:
        course = await new_course()
        first = await buy(course)
        second = await buy(course, first["student_id"])
        await deliver("payment.refunded", first)
        (mine,) = await enrollments(client, headers_of(first))
        assert (mine["status"], mine["payment_id"]) == ("enrolled", second["payment_id"])
        assert [(kind, data.get("payment_id")) for kind, data in await told()] == [
            ("enrollment.created", first["payment_id"]),
            ("enrollment.revoked", None),
            ("enrollment.created", second["payment_id"]),
        ]


class TestCourseEvents:
    async def total(self, client: httpx2.AsyncClient, signer: Signer, course: Data) -> int:
        answer = await client.get(f"/progress/courses/{course['course_id']}", headers=signer.headers())
        return answer.json()["total_lessons"]

    async def test_an_older_version_changes_nothing(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, deliver: New
    ) -> None:
        course = await new_course(version=5)
        await deliver("course.updated", {**course, "version": 4, "lesson_ids": []})
        assert await self.total(client, signer, course) == 3
        await deliver("course.updated", {**course, "version": 6, "lesson_ids": course["lesson_ids"][:1]})
        assert await self.total(client, signer, course) == 1

    async def test_a_deleted_lesson_leaves_the_total(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, deliver: New
    ) -> None:
        course = await new_course()
        deleted = {"course_id": course["course_id"], "lesson_id": course["lesson_ids"][0]}
        await deliver("lesson.deleted", deleted)
        await deliver("lesson.deleted", deleted)
        assert await self.total(client, signer, course) == 2

    async def test_a_deleted_lesson_completes_the_course_for_whoever_did_the_others(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, told: Told, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=3)
        done, behind, untouched = [await buy(course) for _ in range(3)]
        for purchase, lessons in ((done, course["lesson_ids"][:2]), (behind, course["lesson_ids"][:1])):
            for lesson_id in lessons:
                path, body = f"/progress/lessons/{lesson_id}/complete", {"course_id": course["course_id"]}
                assert (await client.post(path, headers=headers_of(purchase), json=body)).status_code == 201
        deleted = {"course_id": course["course_id"], "lesson_id": course["lesson_ids"][2]}
        await deliver("lesson.deleted", deleted)
        await deliver("lesson.deleted", deleted)
        (mine,) = await enrollments(client, headers_of(done))
        assert (mine["status"], mine["progress"]) == ("completed", 100)
        completed = [data for kind, data in await told() if kind == "enrollment.completed"]
        assert [(data["student_id"], data["certificate_code"]) for data in completed] == [
            (done["student_id"], mine["certificate_code"])
        ]
        for purchase, status in ((behind, "in_progress"), (untouched, "enrolled")):
            (other,) = await enrollments(client, headers_of(purchase))
            assert (other["status"], other["certificate_code"]) == (status, None)

    async def test_lessons_deleted_at_once_complete_the_course(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=3)
        headers, (kept, *deleted) = headers_of(await buy(course)), course["lesson_ids"]
        path, body = f"/progress/lessons/{kept}/complete", {"course_id": course["course_id"]}
        assert (await client.post(path, headers=headers, json=body)).status_code == 201
        await deliver("course.updated", {**course, "version": course["version"] + 1, "lesson_ids": [kept]})
        await deliver("lesson.deleted", {**body, "lesson_id": deleted[0], "lesson_ids": deleted})
        (mine,) = await enrollments(client, headers)
        assert (mine["status"], mine["progress"]) == ("completed", 100)

    async def test_a_lesson_deleted_while_the_last_other_one_is_marked_completes_the_course(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        for _ in range(10):
            course = await new_course(lessons=2)
            headers = headers_of(await buy(course))
            path = f"/progress/lessons/{course['lesson_ids'][0]}/complete"
            await asyncio.gather(
                client.post(path, headers=headers, json={"course_id": course["course_id"]}),
                deliver("lesson.deleted", {"course_id": course["course_id"], "lesson_id": course["lesson_ids"][1]}),
            )
            (mine,) = await enrollments(client, headers)
            assert (mine["status"], mine["progress"]) == ("completed", 100)

    async def test_deleting_all_lessons_completes_nothing(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=1)
        purchase = await buy(course)
        await deliver("lesson.deleted", {"course_id": course["course_id"], "lesson_id": course["lesson_ids"][0]})
        (mine,) = await enrollments(client, headers_of(purchase))
        assert (mine["status"], mine["certificate_code"]) == ("enrolled", None)

    async def test_a_deleted_course_stays_deleted(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, deliver: New
    ) -> None:
        course = await new_course()
        await deliver("course.deleted", course)
        await deliver("course.updated", {**course, "version": 99})
        for path in (f"/progress/courses/{course['course_id']}", f"/enrollments/course/{course['course_id']}/count"):
            response = await client.get(path, headers=signer.headers())
            assert (response.status_code, response.json()["code"]) == (404, "course_not_found")


class TestUserRenamed:
    async def test_corrects_names_and_outlives_older_ones(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, buy: New, deliver: New
    ) -> None:
        course = await new_course()
        teacher = signer.headers(UUID(course["teacher_id"]), Role.TEACHER)
        early = await buy(course)
        late = str(new_id())
        for user_id in (early["student_id"], late, course["teacher_id"]):
            await deliver("user.renamed", {"user_id": user_id, "name": "Nova", "locale": "en"})
        await buy(course, late)
        await deliver("course.updated", {**course, "version": 2})
        roster = await client.get(f"/enrollments/course/{course['course_id']}", headers=teacher)
        assert [entry["name"] for entry in roster.json()["items"]] == ["Nova", "Nova"]
        mine = await enrollments(client, dict(signer.headers(UUID(late))))
        assert mine[0]["teacher_name"] == "Nova"
