"""Enrolling, and lists and counts of enrollments."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.testing.app import client_of, running
from edu_common.testing.keys import service_call
from edu_common.testing.tokens import Signer
from edu_enrollment.app import create
from edu_enrollment.courses.schemas import Course
from edu_enrollment.enrollments.activation import activate
from edu_enrollment.enrollments.schemas import Purchase
from edu_enrollment.settings import EnrollmentSettings

Data = dict[str, Any]
New = Callable[..., Awaitable[Data]]
Told = Callable[[], Awaitable[list[tuple[str, Data]]]]
Headers = Callable[[Data], dict[str, str]]


def code_of(response: httpx2.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


class TestEnroll:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        response = await client.post("/enrollments", json={"course_id": str(new_id())})
        assert response.status_code == 401
        assert "www-authenticate" in response.headers

    async def test_admin(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await client.post(
            "/enrollments", headers=signer.headers(role=Role.ADMIN), json={"course_id": str(new_id())}
        )
        assert code_of(response) == (403, "role_required")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "course_id"),
            ({"course_id": "no-uuid"}, "course_id"),
            ({"course_id": str(new_id()), "payment_id": 7}, "payment_id"),
            ({"course_id": str(new_id()), "student_id": str(new_id())}, "student_id"),
        ],
    )
    async def test_wrong_input_names_its_field(
        self, client: httpx2.AsyncClient, signer: Signer, body: Data, field: str
    ) -> None:
        response = await client.post("/enrollments", headers=signer.headers(), json=body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"][-1] == field

    async def test_without_the_course_service(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await client.post("/enrollments", headers=signer.headers(), json={"course_id": str(new_id())})
        assert code_of(response) == (503, "dependency_unavailable")
        assert response.headers["retry-after"]

    async def test_a_course_service_that_hangs_costs_no_more_than_its_budget(
        self, client: httpx2.AsyncClient, settings: EnrollmentSettings, signer: Signer
    ) -> None:
        silence = asyncio.Event()

        async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await silence.wait()
            writer.close()

        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        hanging = settings.model_copy(update={"course_url": f"http://127.0.0.1:{port}", "peer_timeout": 0.3})
        async with running(create(hanging), signer) as app, client_of(app) as impatient:
            started = monotonic()
            response = await impatient.post("/enrollments", headers=signer.headers(), json={"course_id": str(new_id())})
            took = monotonic() - started
        silence.set()
        server.close()
        assert code_of(response) == (503, "dependency_unavailable")
        assert 0.3 <= took < 2

    async def test_again_with_the_payment_that_the_event_told_of(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        purchase = await buy(await new_course())
        body = {"course_id": purchase["course_id"], "payment_id": purchase["payment_id"]}
        response = await client.post("/enrollments", headers=headers_of(purchase), json=body)
        assert response.status_code == 200
        assert response.json().items() >= {**body, "student_id": purchase["student_id"], "status": "enrolled"}.items()

    async def test_again_without_naming_the_payment(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        purchase = await buy(await new_course())
        response = await client.post(
            "/enrollments", headers=headers_of(purchase), json={"course_id": purchase["course_id"]}
        )
        assert response.status_code == 200
        assert response.json()["payment_id"] == purchase["payment_id"]

    async def test_again_with_another_payment(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        purchase = await buy(await new_course())
        body = {"course_id": purchase["course_id"], "payment_id": str(new_id())}
        response = await client.post("/enrollments", headers=headers_of(purchase), json=body)
        assert code_of(response) == (409, "already_enrolled")


class TestActivation:
    """What a request does once the course and payment services have responded."""

    async def make(self, app: FastAPI, student_id: UUID, course: Course, payment_id: UUID | None = None) -> bool:
        async with app.state.runtime.database.unit_of_work() as unit:
            purchase = Purchase(payment_id, None) if payment_id else None
            _, made = await activate(unit, student_id, "Ada Lovelace", course, purchase)
        return made

    async def test_twenty_at_once_make_one_enrollment_and_one_event(
        self, app: FastAPI, client: httpx2.AsyncClient, new_course: New, told: Told
    ) -> None:
        course, student_id = await new_course(is_free=True), new_id()
        known = Course.model_validate(course)
        made = await asyncio.gather(*(self.make(app, student_id, known) for _ in range(20)))
        assert sum(made) == 1
        assert [event_type for event_type, _ in await told()] == ["enrollment.created"]
        count = await client.get(f"/enrollments/course/{course['course_id']}/count")
        assert count.json() == {"course_id": course["course_id"], "count": 1}

    async def test_twenty_requests_and_the_event_at_once(
        self, app: FastAPI, new_course: New, buy: New, told: Told
    ) -> None:
        course, student_id, payment_id = await new_course(), new_id(), new_id()
        known = Course.model_validate(course)
        await asyncio.gather(
            buy(course, str(student_id), payment_id=str(payment_id)),
            *(self.make(app, student_id, known, payment_id) for _ in range(20)),
        )
        assert [(kind, data["payment_id"]) for kind, data in await told()] == [("enrollment.created", str(payment_id))]

    async def test_a_refunded_payment_opens_nothing_any_more(
        self, app: FastAPI, new_course: New, buy: New, deliver: New, told: Told
    ) -> None:
        course = await new_course()
        purchase = await buy(course)
        await deliver("payment.refunded", purchase)
        student_id, payment_id = UUID(purchase["student_id"]), UUID(purchase["payment_id"])
        assert not await self.make(app, student_id, Course.model_validate(course), payment_id)
        assert [kind for kind, _ in await told()] == ["enrollment.created", "enrollment.revoked"]

    async def test_a_course_that_became_free_can_be_taken_again_after_a_refund(
        self, app: FastAPI, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        purchase = await buy(course)
        await deliver("payment.refunded", purchase)
        assert await self.make(app, UUID(purchase["student_id"]), Course.model_validate(course))
        (mine,) = (await client.get("/enrollments/me", headers=headers_of(purchase))).json()["items"]
        assert (mine["status"], mine["payment_id"]) == ("enrolled", None)


class TestListMine:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/enrollments/me")).status_code == 401

    async def test_somebody_elses_are_not_in_it(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, buy: New
    ) -> None:
        await buy(await new_course())
        answer = (await client.get("/enrollments/me", headers=signer.headers())).json()
        assert answer == {"items": [], "total": 0, "total_capped": False, "next_cursor": None}

    async def test_with_course_and_progress(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        course = await new_course()
        purchase = await buy(course)
        lesson = course["lesson_ids"][1]
        await client.post(
            f"/progress/lessons/{lesson}/complete",
            headers=headers_of(purchase),
            json={"course_id": course["course_id"]},
        )
        (mine,) = (await client.get("/enrollments/me", headers=headers_of(purchase))).json()["items"]
        expected = {
            "student_id": purchase["student_id"],
            "course_id": course["course_id"],
            "payment_id": purchase["payment_id"],
            "status": "in_progress",
            "progress": 33,
            "completed_lessons": 1,
            "total_lessons": 3,
            "last_lesson_id": lesson,
            "course_title": "Compilers",
            "course_slug": "compilers",
            "teacher_name": "Grace Hopper",
            "certificate_code": None,
        }
        assert mine.items() >= expected.items()

    async def test_newest_first_page_by_page(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        student_id = str(new_id())
        purchases = [await buy(await new_course(), student_id) for _ in range(3)]
        headers = headers_of(purchases[0])
        first = (await client.get("/enrollments/me?limit=2", headers=headers)).json()
        second = (await client.get(f"/enrollments/me?limit=2&cursor={first['next_cursor']}", headers=headers)).json()
        listed = [item["payment_id"] for item in first["items"] + second["items"]]
        assert listed == [purchase["payment_id"] for purchase in reversed(purchases)]
        assert (first["total"], second["next_cursor"]) == (3, None)

    async def test_by_status_and_by_course(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New, headers_of: Headers
    ) -> None:
        student_id = str(new_id())
        refunded, kept = [await buy(await new_course(), student_id) for _ in range(2)]
        await deliver("payment.refunded", refunded)

        async def payments(query: str) -> list[str]:
            answer = await client.get(f"/enrollments/me?{query}", headers=headers_of(kept))
            return [item["payment_id"] for item in answer.json()["items"]]

        assert await payments("status=revoked") == [refunded["payment_id"]]
        assert await payments("status=enrolled") == [kept["payment_id"]]
        assert await payments(f"course_id={kept['course_id']}") == [kept["payment_id"]]

    @pytest.mark.parametrize("query", ["status=nonsense", "status=%00", "limit=0", "cursor=x", "course_id=x"])
    async def test_nonsense(self, client: httpx2.AsyncClient, signer: Signer, query: str) -> None:
        response = await client.get(f"/enrollments/me?{query}", headers=signer.headers())
        assert response.status_code == 422

    async def test_cursor_of_another_student(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, buy: New, headers_of: Headers
    ) -> None:
        student_id = str(new_id())
        purchase, _ = [await buy(await new_course(), student_id) for _ in range(2)]
        page = (await client.get("/enrollments/me?limit=1", headers=headers_of(purchase))).json()
        response = await client.get(f"/enrollments/me?cursor={page['next_cursor']}", headers=signer.headers())
        assert response.status_code == 422


class TestCount:
    async def test_of_an_unknown_course_the_course_service_is_asked(self, client: httpx2.AsyncClient) -> None:
        response = await client.get(f"/enrollments/course/{new_id()}/count")
        assert code_of(response) == (503, "dependency_unavailable")

    @pytest.mark.parametrize("status", ["draft"])
    async def test_of_a_draft(self, client: httpx2.AsyncClient, new_course: New, status: str) -> None:
        course = await new_course(status=status)
        assert (await client.get(f"/enrollments/course/{course['course_id']}/count")).status_code == 404

    async def test_revoked_ones_do_not_count(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New
    ) -> None:
        course = await new_course()
        await buy(course)
        await deliver("payment.refunded", await buy(course))
        answer = await client.get(f"/enrollments/course/{course['course_id']}/count")
        assert answer.json()["count"] == 1

    async def test_malformed_id(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/enrollments/course/7/count")).status_code == 422


class TestInternalQuestions:
    async def test_not_for_users(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        question = f"student_id={new_id()}&course_id={new_id()}"
        for path in (f"/internal/enrollments?{question}", f"/internal/courses/{new_id()}/enrollment-count"):
            assert (await client.get(path)).status_code == 401
            assert (await client.get(path, headers=signer.headers(role=Role.ADMIN))).status_code == 401
            assert (await client.get(f"/api/enrollment{path}")).status_code == 404

    async def test_nobody(self, client: httpx2.AsyncClient, service_headers: dict[str, str]) -> None:
        response = await client.get(
            f"/internal/enrollments?student_id={new_id()}&course_id={new_id()}", headers=service_headers
        )
        assert response.json() == {"enrollment_id": None, "status": None, "enrolled": False, "percentage": 0}

    async def test_enrolled_then_revoked(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, deliver: New
    ) -> None:
        purchase, headers = await buy(await new_course()), service_call("course", audience="enrollment")
        question = f"student_id={purchase['student_id']}&course_id={purchase['course_id']}"
        path, count = f"/internal/enrollments?{question}", f"/internal/courses/{purchase['course_id']}/enrollment-count"
        answer = (await client.get(path, headers=headers)).json()
        assert (answer["status"], answer["enrolled"], answer["percentage"]) == ("enrolled", True, 0)
        assert (await client.get(count, headers=headers)).json() == {"count": 1}
        await deliver("payment.refunded", purchase)
        answer = (await client.get(path, headers=headers)).json()
        assert (answer["status"], answer["enrolled"]) == ("revoked", False)
        assert (await client.get(count, headers=headers)).json() == {"count": 0}
