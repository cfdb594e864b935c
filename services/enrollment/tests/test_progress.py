"""Marking lessons, resuming, and the progress values."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_enrollment.progress.schemas import CourseProgress

Data = dict[str, Any]
New = Callable[..., Awaitable[Data]]
Told = Callable[[], Awaitable[list[tuple[str, Data]]]]
Headers = Callable[[Data], dict[str, str]]


def code_of(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


async def mark(client: httpx2.AsyncClient, headers: Data, course: Data, lesson: int | str) -> httpx2.Response:
    """Mark a lesson, given by its position in the course or its id, as done."""
    lesson_id = course["lesson_ids"][lesson] if isinstance(lesson, int) else lesson
    path = f"/progress/lessons/{lesson_id}/complete"
    return await client.post(path, headers=headers, json={"course_id": course["course_id"]})


async def progress(client: httpx2.AsyncClient, headers: Data, course: Data) -> Data:
    return (await client.get(f"/progress/courses/{course['course_id']}", headers=headers)).json()


class TestComplete:
    async def test_anonymous(self, client: httpx2.AsyncClient, new_course: New) -> None:
        assert (await mark(client, {}, await new_course(), 0)).status_code == 401

    async def test_not_enrolled(self, client: httpx2.AsyncClient, signer: Signer, new_course: New) -> None:
        course = await new_course()
        for role in Role:
            response = await mark(client, dict(signer.headers(role=role)), course, 0)
            assert code_of(response) == (403, "enrollment_required")

    async def test_not_even_the_teacher(self, client: httpx2.AsyncClient, signer: Signer, new_course: New) -> None:
        course = await new_course()
        teacher = dict(signer.headers(UUID(course["teacher_id"]), Role.TEACHER))
        assert code_of(await mark(client, teacher, course, 0)) == (403, "enrollment_required")

    async def test_revoked(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        purchase = await buy(course)
        await deliver("payment.refunded", purchase)
        assert code_of(await mark(client, headers_of(purchase), course, 0)) == (403, "enrollment_required")

    async def test_draft_of_somebody_else(self, client: httpx2.AsyncClient, signer: Signer, new_course: New) -> None:
        response = await mark(client, dict(signer.headers()), await new_course(status="draft"), 0)
        assert code_of(response) == (404, "course_not_found")

    async def test_lesson_of_another_course_while_the_course_service_is_away(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course, other = await new_course(), await new_course()
        headers = headers_of(await buy(course))
        response = await mark(client, headers, course, other["lesson_ids"][0])
        assert code_of(response) == (503, "dependency_unavailable")

    @pytest.mark.parametrize("body", [{}, {"course_id": "x"}, {"course_id": str(new_id()), "total": 1}])
    async def test_wrong_input(self, client: httpx2.AsyncClient, signer: Signer, body: Data) -> None:
        response = await client.post(f"/progress/lessons/{new_id()}/complete", headers=signer.headers(), json=body)
        assert response.status_code == 422

    async def test_first_then_again(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        headers = headers_of(await buy(course))
        first, again = await mark(client, headers, course, 0), await mark(client, headers, course, 0)
        assert (first.status_code, again.status_code) == (201, 200)
        for response in (first, again):
            expected = {"completed_lessons": 1, "total_lessons": 3, "percentage": 33, "status": "in_progress"}
            assert response.json().items() >= expected.items()

    async def test_twenty_at_once_count_once(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        headers = headers_of(await buy(course))
        answers = await asyncio.gather(*(mark(client, headers, course, 0) for _ in range(20)))
        assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
        assert (await progress(client, headers, course))["completed_lessons"] == 1

    async def test_the_last_lessons_at_once_make_one_certificate(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, told: Told, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=5)
        headers = headers_of(await buy(course))
        answers = await asyncio.gather(*(mark(client, headers, course, number % 5) for number in range(20)))
        assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201] * 5
        (certificate,) = (await client.get("/certificates/me", headers=headers)).json()["items"]
        assert [data["certificate_code"] for kind, data in await told() if kind == "enrollment.completed"] == [
            certificate["code"]
        ]
        (mine,) = (await client.get("/enrollments/me?status=completed", headers=headers)).json()["items"]
        assert (mine["progress"], mine["certificate_code"]) == (100, certificate["code"])
        assert mine["completed_at"] == certificate["completed_at"]

    async def test_a_lesson_added_after_completion_changes_nothing_of_it(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, told: Told, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=1)
        headers = headers_of(await buy(course))
        code = (await mark(client, headers, course, 0)).json()["certificate_code"]
        course = {**course, "version": 2, "lesson_ids": [*course["lesson_ids"], str(new_id())]}
        await deliver("course.updated", course)
        assert (await progress(client, headers, course))["percentage"] == 50
        answer = (await mark(client, headers, course, 1)).json()
        assert (answer["status"], answer["percentage"], answer["certificate_code"]) == ("completed", 100, code)
        assert [kind for kind, _ in await told()] == ["enrollment.created", "enrollment.completed"]

    async def test_when_the_missing_lesson_was_deleted_the_next_mark_completes(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=2)
        headers = headers_of(await buy(course))
        await mark(client, headers, course, 0)
        await deliver("lesson.deleted", {"course_id": course["course_id"], "lesson_id": course["lesson_ids"][1]})
        answer = await mark(client, headers, course, 0)
        assert (answer.status_code, answer.json()["status"]) == (200, "completed")

    async def test_completed_and_bought_again_is_in_progress_until_it_is_finished_again(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=1)
        purchase = await buy(course)
        await mark(client, headers_of(purchase), course, 0)
        await deliver("payment.refunded", purchase)
        await buy(course, purchase["student_id"])
        (mine,) = (await client.get("/enrollments/me", headers=headers_of(purchase))).json()["items"]
        assert (mine["status"], mine["progress"]) == ("in_progress", 100)
        answer = await mark(client, headers_of(purchase), course, 0)
        assert (answer.status_code, answer.json()["status"]) == (200, "completed")


class TestUncomplete:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.delete(f"/progress/lessons/{new_id()}/complete")).status_code == 401

    async def test_not_enrolled(self, client: httpx2.AsyncClient, signer: Signer, new_course: New) -> None:
        course = await new_course()
        response = await client.delete(
            f"/progress/lessons/{course['lesson_ids'][0]}/complete", headers=signer.headers()
        )
        assert code_of(response) == (403, "enrollment_required")

    @pytest.mark.parametrize("status", ["draft", "archived"])
    async def test_of_a_course_that_is_not_public(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, status: str
    ) -> None:
        course = await new_course(status=status)
        response = await client.delete(
            f"/progress/lessons/{course['lesson_ids'][0]}/complete", headers=signer.headers()
        )
        assert code_of(response) == (404, "lesson_not_found")

    async def test_unknown_lesson(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await client.delete(f"/progress/lessons/{new_id()}/complete", headers=signer.headers())
        assert code_of(response) == (404, "lesson_not_found")

    async def test_takes_the_mark_but_not_the_certificate(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=1)
        headers = headers_of(await buy(course))
        code = (await mark(client, headers, course, 0)).json()["certificate_code"]
        path = f"/progress/lessons/{course['lesson_ids'][0]}/complete"
        for _ in range(2):
            assert (await client.delete(path, headers=headers)).status_code == 204
        assert (await progress(client, headers, course))["percentage"] == 0
        assert (await client.get(f"/certificates/{code}")).json()["valid"]
        assert (await mark(client, headers, course, 0)).status_code == 201


class TestPosition:
    async def put(self, client: httpx2.AsyncClient, headers: Data, course: Data, seconds: Any) -> httpx2.Response:
        path = f"/progress/lessons/{course['lesson_ids'][0]}/position"
        return await client.put(path, headers=headers, json={"course_id": course["course_id"], "seconds": seconds})

    async def test_anonymous(self, client: httpx2.AsyncClient, new_course: New) -> None:
        assert (await self.put(client, {}, await new_course(), 1)).status_code == 401

    async def test_not_enrolled(self, client: httpx2.AsyncClient, signer: Signer, new_course: New) -> None:
        response = await self.put(client, dict(signer.headers()), await new_course(), 1)
        assert code_of(response) == (403, "enrollment_required")

    @pytest.mark.parametrize("seconds", [-1, 10**30, "x", None, 1.5])
    async def test_nonsense(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers, seconds: Any
    ) -> None:
        course = await new_course()
        response = await self.put(client, headers_of(await buy(course)), course, seconds)
        assert response.status_code == 422

    async def test_is_kept_beside_the_mark(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        headers = headers_of(await buy(course))
        lesson = course["lesson_ids"][0]
        assert (await self.put(client, headers, course, 30)).status_code == 204
        assert (await mark(client, headers, course, 0)).status_code == 201
        assert (await self.put(client, headers, course, 61)).status_code == 204
        answer = await client.get(f"/progress/courses/{course['course_id']}/lessons", headers=headers)
        assert answer.json() == {
            "course_id": course["course_id"],
            "completed_lesson_ids": [lesson],
            "positions": {lesson: 61},
            "position_videos": {},
        }

    async def test_names_the_video_that_it_is_of(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        headers = headers_of(await buy(course))
        lesson = course["lesson_ids"][0]
        for seconds, video in ((30, "https://player.vimeo.com/video/1"), (0, "https://player.vimeo.com/video/2")):
            body = {"course_id": course["course_id"], "seconds": seconds, "video_url": video}
            response = await client.put(f"/progress/lessons/{lesson}/position", headers=headers, json=body)
            assert response.status_code == 204
            done = (await client.get(f"/progress/courses/{course['course_id']}/lessons", headers=headers)).json()
            assert (done["positions"], done["position_videos"]) == ({lesson: seconds}, {lesson: video})
        # A note sent by an older page has none.
        assert (await self.put(client, headers, course, 7)).status_code == 204
        done = (await client.get(f"/progress/courses/{course['course_id']}/lessons", headers=headers)).json()
        assert (done["positions"], done["position_videos"]) == ({lesson: 7}, {})

    async def test_begins_the_course(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        headers = headers_of(await buy(course))
        await self.put(client, headers, course, 0)
        (mine,) = (await client.get("/enrollments/me", headers=headers)).json()["items"]
        assert (mine["status"], mine["last_lesson_id"]) == ("in_progress", course["lesson_ids"][0])
        assert mine["last_activity_at"]


class TestCourseProgress:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        for path in ("", "/lessons"):
            assert (await client.get(f"/progress/courses/{new_id()}{path}")).status_code == 401

    async def test_without_an_enrollment(self, client: httpx2.AsyncClient, signer: Signer, new_course: New) -> None:
        course = await new_course()
        assert await progress(client, dict(signer.headers()), course) == {
            "course_id": course["course_id"],
            "completed_lessons": 0,
            "total_lessons": 3,
            "percentage": 0,
            "last_lesson_id": None,
            "updated_at": None,
        }

    @pytest.mark.parametrize("status", ["draft", "archived"])
    async def test_of_a_course_that_is_not_public(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, status: str
    ) -> None:
        course = await new_course(status=status)
        for path in ("", "/lessons"):
            response = await client.get(f"/progress/courses/{course['course_id']}{path}", headers=signer.headers())
            assert code_of(response) == (404, "course_not_found")
        teacher = dict(signer.headers(UUID(course["teacher_id"]), Role.TEACHER))
        assert (await progress(client, teacher, course))["total_lessons"] == 3

    async def test_an_enrolled_student_keeps_an_archived_course(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        headers = headers_of(await buy(course))
        await deliver("course.archived", {**course, "version": 2, "status": "archived"})
        assert (await mark(client, headers, course, 0)).status_code == 201
        assert (await progress(client, headers, course))["percentage"] == 33

    async def test_deleted_lessons_count_neither_way(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        headers = headers_of(await buy(course))
        for lesson in (0, 1):
            await mark(client, headers, course, lesson)
        await deliver("lesson.deleted", {"course_id": course["course_id"], "lesson_id": course["lesson_ids"][1]})
        answer = await progress(client, headers, course)
        assert (answer["completed_lessons"], answer["total_lessons"], answer["percentage"]) == (1, 2, 50)
        assert answer["last_lesson_id"] is None
        done = (await client.get(f"/progress/courses/{course['course_id']}/lessons", headers=headers)).json()
        assert done["completed_lesson_ids"] == course["lesson_ids"][:1]

    @pytest.mark.parametrize(
        ("done", "total", "percentage"), [(0, 0, 0), (2, 3, 66), (999, 1000, 99), (1000, 1000, 100)]
    )
    def test_hundred_means_all(self, done: int, total: int, percentage: int) -> None:
        counted = CourseProgress(course_id=new_id(), completed_lessons=done, total_lessons=total)
        assert counted.percentage == percentage

    async def test_an_empty_course_is_never_finished(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course(lessons=2)
        headers = headers_of(await buy(course))
        await mark(client, headers, course, 0)
        await deliver("course.updated", {**course, "version": 2, "lesson_ids": []})
        assert (await progress(client, headers, course))["percentage"] == 0
        assert (await client.get("/certificates/me", headers=headers)).json()["total"] == 0
