"""Reports, and what admins do about courses and reviews."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from edu_common.auth.access_tokens import Role
from edu_common.database.models import one_of
from edu_common.events.outbox import OutboxEvent
from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_course.context import CourseContext

from ..conftest import Author, Deliver, Write

Headers = Mapping[str, str]
WHY = {"reason": "Its videos are someone else's."}
UNKNOWN = "01980000-0000-7000-8000-000000000000"
ROUTES = [
    ("GET", "/admin/courses", None),
    ("GET", "/admin/reviews", None),
    ("GET", "/admin/reports", None),
    ("POST", f"/admin/courses/{UNKNOWN}/take-down", WHY),
    ("POST", f"/admin/courses/{UNKNOWN}/restore", None),
    ("PATCH", f"/admin/reviews/{UNKNOWN}", {"hidden": True}),
    ("PATCH", f"/admin/reports/{UNKNOWN}", {"decision": "dismissed", "note": ""}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_for_admins_alone(
    client: httpx2.AsyncClient, author: Author, student: Headers, admin: Headers, method: str, path: str, body: Any
) -> None:
    assert (await client.request(method, path, json=body)).status_code == 401
    for headers in (author.headers, student):
        refused = await client.request(method, path, json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
    allowed = await client.request(method, path, json=body, headers=admin)
    assert allowed.status_code == (200 if method == "GET" else 404)


async def events_of(runtime: CourseContext, *types: str) -> list[tuple[str, Any]]:
    async with runtime.database.read() as connection:
        found = select(OutboxEvent.type, OutboxEvent.data).where(one_of(OutboxEvent.type, types))
        return [(row["type"], row["data"]) for row in await connection.all(found.order_by(OutboxEvent.seq))]


async def actions_of(runtime: CourseContext) -> list[str]:
    return [data["action"] for _, data in await events_of(runtime, "admin.acted")]


class TestTakeDown:
    async def test_off_sale_at_once_and_back(
        self, client: httpx2.AsyncClient, author: Author, admin: Headers, runtime: CourseContext
    ) -> None:
        course = await author.published()
        assert (await client.get(f"/courses/{course['slug']}")).json()["taken_down"] is False
        path = f"/admin/courses/{course['id']}"
        down = (await client.post(f"{path}/take-down", json=WHY, headers=admin)).json()
        assert (down["status"], down["taken_down"], down["taken_down_reason"]) == ("archived", True, WHY["reason"])
        assert (await client.get("/courses")).json()["items"] == []
        assert (await client.get(f"/courses/{course['slug']}")).status_code == 404
        own = (await author.send("GET", f"/courses/{course['id']}")).json()
        assert (own["taken_down"], "taken_down_reason" in own) == (True, False)
        for change in ("publish", "unpublish"):
            refused = await author.send("POST", f"/courses/{course['id']}/{change}")
            assert (refused.status_code, refused.json()["code"]) == (409, "taken_down")
        back = (await client.post(f"{path}/restore", headers=admin)).json()
        assert (back["status"], back["taken_down"], back["taken_down_reason"]) == ("published", False, "")
        assert (await client.get("/courses")).json()["total"] == 1
        assert (await client.post(f"{path}/restore", headers=admin)).json() == back
        about = {"user_id": str(author.id), "course_id": course["id"], "course_slug": course["slug"]}
        named = about | {"course_title": course["title"]}
        assert await events_of(runtime, "course.taken_down", "course.restored") == [
            ("course.taken_down", named | {"reason": WHY["reason"], "access": True}),
            ("course.restored", named | {"status": "published"}),
        ]
        assert await actions_of(runtime) == ["course.taken_down", "course.restored"]

    async def test_incomplete_meanwhile(self, client: httpx2.AsyncClient, author: Author, admin: Headers) -> None:
        course = await author.published()
        await client.post(f"/admin/courses/{course['id']}/take-down", json=WHY, headers=admin)
        assert (await author.send("PUT", f"/courses/{course['id']}", {"description": ""})).status_code == 200
        back = (await client.post(f"/admin/courses/{course['id']}/restore", headers=admin)).json()
        assert (back["status"], back["taken_down"]) == ("draft", False)

    async def test_of_an_erased_teacher(
        self, client: httpx2.AsyncClient, author: Author, admin: Headers, deliver: Deliver, runtime: CourseContext
    ) -> None:
        course = await author.published()
        path = f"/admin/courses/{course['id']}"
        await client.post(f"{path}/take-down", json=WHY, headers=admin)
        await deliver("user.erased", user_id=author.id)
        (listed,) = (await client.get("/admin/courses", headers=admin)).json()["items"]
        assert (listed["taken_down"], listed["taken_down_reason"]) == (True, "")
        ((_, event),) = await events_of(runtime, "course.taken_down")
        assert event["reason"] == ""
        again = (await client.post(f"{path}/take-down", json=WHY, headers=admin)).json()
        assert again["taken_down_reason"] == ""
        assert (await client.post(f"{path}/restore", headers=admin)).json()["status"] == "archived"

    async def test_found_by_title_and_state(
        self, client: httpx2.AsyncClient, author: Author, other_author: Author, admin: Headers
    ) -> None:
        taken, sold = await author.published(title="100% Roses"), await other_author.published(title="Roses")
        draft = await author.course(title="Tulips")
        await client.post(f"/admin/courses/{taken['id']}/take-down", json=WHY, headers=admin)
        for query, expected in (
            ("", [draft, sold, taken]),
            ("q=rOSE", [sold, taken]),
            ("q=0%25 r", [taken]),
            ("state=taken_down", [taken]),
            ("state=archived", []),
            ("state=published&q=roses", [sold]),
            (f"course_id={draft['id']}", [draft]),
        ):
            found = (await client.get(f"/admin/courses?{query}", headers=admin)).json()["items"]
            assert [course["id"] for course in found] == [course["id"] for course in expected], query


class TestReviews:
    async def test_a_hidden_one_leaves_list_and_average(
        self, client: httpx2.AsyncClient, author: Author, admin: Headers, write: Write, runtime: CourseContext
    ) -> None:
        course = await author.published()
        student_id = new_id()
        bad, good = await write(course["id"], student_id, 1, "Spam"), await write(course["id"], new_id(), 4)

        async def shown() -> tuple[float, int, list[str]]:
            read = (await client.get(f"/courses/{course['id']}")).json()
            listed = (await client.get(f"/reviews/course/{course['id']}")).json()["items"]
            return read["avg_rating"], read["review_count"], [review["id"] for review in listed]

        assert await shown() == (2.5, 2, [good, bad])
        path = f"/admin/reviews/{bad}"
        for _ in range(2):
            hidden = await client.patch(path, json={"hidden": True, "reason": "It is an ad."}, headers=admin)
            assert (hidden.status_code, hidden.json()["hidden"]) == (200, True)
            assert await shown() == (4, 1, [good])
        listed = (await client.get("/admin/reviews?state=hidden", headers=admin)).json()["items"]
        assert [(review["id"], review["course_title"]) for review in listed] == [(bad, course["title"])]
        await client.patch(path, json={"hidden": False}, headers=admin)
        assert await shown() == (2.5, 2, [good, bad])
        assert (await client.delete(f"/reviews/{bad}", headers=admin)).status_code == 204
        assert await shown() == (4, 1, [good])
        told = await events_of(runtime, "review.hidden", "review.restored")
        assert [(event, data.get("reason"), data.get("removed")) for event, data in told] == [
            ("review.hidden", "It is an ad.", False),
            ("review.restored", None, None),
            ("review.hidden", "", True),
        ]
        assert {data["user_id"] for _, data in told} == {str(student_id)}
        assert await actions_of(runtime) == ["review.hidden", "review.restored", "review.removed"]

    async def test_hidden_while_withdrawn(
        self, client: httpx2.AsyncClient, author: Author, admin: Headers, write: Write, deliver: Deliver
    ) -> None:
        course, student_id = await author.published(), new_id()
        review = await write(course["id"], student_id, 1)
        who = {"course_id": course["id"], "student_id": student_id}
        await deliver("enrollment.revoked", **who)
        await client.patch(f"/admin/reviews/{review}", json={"hidden": True}, headers=admin)
        await deliver("enrollment.created", **who)
        assert (await client.get(f"/courses/{course['id']}")).json()["review_count"] == 0


class TestReports:
    async def test_once_a_user(self, client: httpx2.AsyncClient, author: Author, signer: Signer, write: Write) -> None:
        course, draft = await author.published(), await author.course()
        review = await write(course["id"], new_id(), 1)
        reporter = signer.headers(new_id())
        for path, target in ((f"/courses/{course['id']}", course["id"]), (f"/reviews/{review}", review)):
            body = {"reason": "spam", "comment": "See the links."}
            assert (await client.post(f"{path}/report", json=body)).status_code == 401
            answers = await asyncio.gather(
                *(client.post(f"{path}/report", json=body, headers=reporter) for _ in range(3))
            )
            assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
            assert {answer.json().get("code") for answer in answers} == {None, "already_reported"}
            (made,) = [answer.json() for answer in answers if answer.status_code == 201]
            assert made.items() >= (body | {"target_id": target, "status": "open"}).items()
        for path in (f"/courses/{draft['id']}", f"/courses/{new_id()}", f"/reviews/{new_id()}"):
            assert (await client.post(f"{path}/report", json={"reason": "spam"}, headers=reporter)).status_code == 404
        faulty = await client.post(f"/reviews/{review}/report", json={"reason": " "}, headers=reporter)
        assert faulty.status_code == 422

    @pytest.mark.parametrize(
        ("kind", "decision", "actions"),
        [
            ("courses", "dismissed", ["report.decided"]),
            ("courses", "hidden", ["course.taken_down", "report.decided"]),
            ("courses", "removed", ["course.taken_down", "report.decided"]),
            ("reviews", "dismissed", ["report.decided"]),
            ("reviews", "hidden", ["review.hidden", "report.decided"]),
            ("reviews", "removed", ["review.removed", "report.decided"]),
        ],
    )
    async def test_a_decision_is_carried_out(
        self,
        client: httpx2.AsyncClient,
        author: Author,
        admin: Headers,
        signer: Signer,
        write: Write,
        runtime: CourseContext,
        kind: str,
        decision: str,
        actions: list[str],
    ) -> None:
        course = await author.published()
        review = await write(course["id"], new_id(), 1, "Spam")
        target = course["id"] if kind == "courses" else review
        for _ in range(2):
            body = {"reason": "spam"}
            await client.post(f"/{kind}/{target}/report", json=body, headers=signer.headers(new_id()))
        query = f"status=open&type={kind[:-1]}&course_id={course['id']}"
        queue = (await client.get(f"/admin/reports?{query}", headers=admin)).json()
        assert queue["total"] == 2
        path = f"/admin/reports/{queue['items'][0]['id']}"
        if decision != "dismissed":
            assert (await client.patch(path, json={"decision": decision}, headers=admin)).status_code == 422
        body = {"decision": decision, "note": "Against the rules."}
        decided = await client.patch(path, json=body, headers=admin)
        assert (decided.status_code, decided.json()["status"]) == (200, decision)
        again = await client.patch(path, json=body, headers=admin)
        assert (again.status_code, again.json()["code"]) == (409, "already_decided")
        assert (await client.get("/admin/reports?status=open", headers=admin)).json()["total"] == 0
        closed = (await client.get(f"/admin/reports?status={decision}", headers=admin)).json()["items"]
        assert [report["note"] for report in closed] == [body["note"]] * 2
        assert await actions_of(runtime) == actions
        on_sale = (await client.get("/courses")).json()["total"]
        assert on_sale == (kind == "reviews" or decision == "dismissed")
        left = {"dismissed": [False], "hidden": [True], "removed": []} if kind == "reviews" else {decision: [False]}
        listed = (await client.get("/admin/reviews", headers=admin)).json()["items"]
        assert [item["hidden"] for item in listed] == left[decision]

    async def test_erased_with_their_author(
        self, client: httpx2.AsyncClient, author: Author, admin: Headers, signer: Signer, deliver: Deliver
    ) -> None:
        course, reporter_id = await author.published(), new_id()
        body = {"reason": "other", "comment": "I am Ada, and these are my words."}
        headers = signer.headers(reporter_id, Role.STUDENT)
        report = (await client.post(f"/courses/{course['id']}/report", json=body, headers=headers)).json()
        decision = {"decision": "hidden", "note": "Grace copied it."}
        await client.patch(f"/admin/reports/{report['id']}", json=decision, headers=admin)
        await deliver("user.erased", user_id=reporter_id)
        await deliver("user.erased", user_id=author.id)
        (left,) = (await client.get("/admin/reports", headers=admin)).json()["items"]
        assert (left["reason"], left["comment"], left["note"]) == ("other", "", "")

    async def test_of_a_review_that_its_author_deleted(
        self, client: httpx2.AsyncClient, author: Author, admin: Headers, signer: Signer, write: Write
    ) -> None:
        course, student_id = await author.published(), new_id()
        review = await write(course["id"], student_id, 1)
        await client.post(f"/reviews/{review}/report", json={"reason": "spam"}, headers=author.headers)
        await client.delete(f"/reviews/{review}", headers=signer.headers(student_id))
        (report,) = (await client.get("/admin/reports", headers=admin)).json()["items"]
        assert (report["status"], report["review"]) == ("removed", None)
