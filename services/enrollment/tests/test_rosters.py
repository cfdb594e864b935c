"""A course's roster, as pages and as CSV."""

import csv
import io
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest

from edu_common.auth.access_tokens import Role
from edu_common.testing.tokens import Signer
from edu_enrollment.rosters import service

Data = dict[str, Any]
New = Callable[..., Awaitable[Data]]
Headers = Callable[[Data], dict[str, str]]
COLUMNS = ["student_id", "name", "enrolled_at", "progress", "last_activity_at"]


@pytest.fixture
def teacher_of(signer: Signer) -> Headers:
    """Return a function that returns the headers of a course's teacher."""
    return lambda course: dict(signer.headers(UUID(course["teacher_id"]), Role.TEACHER))


async def table(client: httpx2.AsyncClient, headers: dict[str, str], course: Data) -> list[list[str]]:
    path = f"/enrollments/course/{course['course_id']}"
    response = await client.get(path, headers={**headers, "Accept": "text/csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.text)))


class TestRoster:
    @pytest.mark.parametrize("accept", ["application/json", "text/csv"])
    async def test_refusals(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, buy: New, headers_of: Headers, accept: str
    ) -> None:
        course = await new_course()
        student = headers_of(await buy(course))
        path = f"/enrollments/course/{course['course_id']}"
        assert (await client.get(path, headers={"Accept": accept})).status_code == 401
        for headers in (student, signer.headers(), signer.headers(role=Role.TEACHER)):
            response = await client.get(path, headers={**headers, "Accept": accept})
            assert (response.status_code, response.json()["code"]) == (403, "not_owner")

    async def test_draft_of_another_teacher(
        self, client: httpx2.AsyncClient, signer: Signer, new_course: New, teacher_of: Headers
    ) -> None:
        course = await new_course(status="draft")
        path = f"/enrollments/course/{course['course_id']}"
        assert (await client.get(path, headers=signer.headers(role=Role.TEACHER))).status_code == 404
        assert (await client.get(path, headers=teacher_of(course))).json()["items"] == []

    async def test_what_the_teacher_and_an_admin_see(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        new_course: New,
        buy: New,
        deliver: New,
        headers_of: Headers,
        teacher_of: Headers,
    ) -> None:
        course = await new_course(lessons=4)
        active, idle, gone = [await buy(course) for _ in range(3)]
        await deliver("payment.refunded", gone)
        path = f"/progress/lessons/{course['lesson_ids'][0]}/complete"
        await client.post(path, headers=headers_of(active), json={"course_id": course["course_id"]})
        for headers in (teacher_of(course), signer.headers(role=Role.ADMIN)):
            roster = (await client.get(f"/enrollments/course/{course['course_id']}", headers=headers)).json()
            assert [(entry["student_id"], entry["name"], entry["progress"]) for entry in roster["items"]] == [
                (idle["student_id"], "Ada Lovelace", 0),
                (active["student_id"], "Ada Lovelace", 25),
            ]
            assert [bool(entry["last_activity_at"]) for entry in roster["items"]] == [False, True]
            assert roster["total"] == 2

    async def test_page_by_page(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, teacher_of: Headers
    ) -> None:
        course = await new_course()
        students = [(await buy(course))["student_id"] for _ in range(5)]
        listed: list[str] = []
        query = "limit=2"
        for _ in range(3):
            path = f"/enrollments/course/{course['course_id']}?{query}"
            page = (await client.get(path, headers=teacher_of(course))).json()
            listed += [entry["student_id"] for entry in page["items"]]
            query = f"limit=2&cursor={page['next_cursor']}"
        assert listed == students[::-1]

    async def test_sorted_and_searched(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, headers_of: Headers, teacher_of: Headers
    ) -> None:
        course = await new_course(lessons=2)
        names = ["Ёлкина Анна", "bob_100%", "Zoe", "Иван"]
        students = {name: await buy(course, student_name=name) for name in names}
        for name, lessons in (("Zoe", course["lesson_ids"]), ("bob_100%", course["lesson_ids"][:1])):
            for lesson in lessons:
                path = f"/progress/lessons/{lesson}/complete"
                body = {"course_id": course["course_id"]}
                await client.post(path, headers=headers_of(students[name]), json=body)

        async def listed(**params: Any) -> list[str]:
            found, cursor = list[str](), None
            while True:
                path = f"/enrollments/course/{course['course_id']}"
                query = {"limit": 2, **params} | ({"cursor": cursor} if cursor else {})
                response = await client.get(path, params=query, headers=teacher_of(course))
                assert response.status_code == 200, response.text
                found += [entry["name"] for entry in response.json()["items"]]
                if (cursor := response.json()["next_cursor"]) is None:
                    return found

        assert await listed(sort="newest") == names[::-1]
        assert await listed(sort="name") == ["bob_100%", "Zoe", "Ёлкина Анна", "Иван"]
        assert await listed(sort="progress") == ["Zoe", "bob_100%", "Иван", "Ёлкина Анна"]
        assert await listed(sort="activity") == ["bob_100%", "Zoe", "Иван", "Ёлкина Анна"]
        assert await listed(q="елкина") == await listed(q="АННА") == ["Ёлкина Анна"]
        assert await listed(q="_100%") == ["bob_100%"]
        assert await listed(q="nobody", sort="name") == []


class TestTable:
    async def test_of_nobody_has_a_header(
        self, client: httpx2.AsyncClient, new_course: New, teacher_of: Headers
    ) -> None:
        course = await new_course()
        assert await table(client, teacher_of(course), course) == [COLUMNS]

    async def test_holds_all_batches_in_order(
        self,
        client: httpx2.AsyncClient,
        new_course: New,
        buy: New,
        teacher_of: Headers,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(service, "BATCH", 2)
        course = await new_course()
        students = [(await buy(course))["student_id"] for _ in range(4)]
        _, *rows = await table(client, teacher_of(course), course)
        assert [row[0] for row in rows] == students[::-1]

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", '@SUM(A1)","x'])
    async def test_a_name_is_never_a_formula(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, teacher_of: Headers, name: str
    ) -> None:
        course = await new_course()
        await buy(course, student_name=name)
        _, row = await table(client, teacher_of(course), course)
        assert row[1] == f"'{name}"

    async def test_a_spreadsheet_without_the_e_mail_addresses_is_an_error(
        self, client: httpx2.AsyncClient, new_course: New, buy: New, teacher_of: Headers
    ) -> None:
        """Identity, which has them, does not respond here; an empty roster needs none."""
        course = await new_course()
        path = f"/enrollments/course/{course['course_id']}?spreadsheet=en"
        headers = {**teacher_of(course), "Accept": "text/csv"}
        empty = await client.get(path, headers=headers)
        assert empty.content == b'\xef\xbb\xbfName,Email,Enrolled (UTC),"Progress, %",Last active (UTC)\r\n'
        await buy(course)
        response = await client.get(path, headers=headers)
        assert (response.status_code, response.json()["code"]) == (503, "dependency_unavailable")

    async def test_json_stays_the_default(
        self, client: httpx2.AsyncClient, new_course: New, teacher_of: Headers
    ) -> None:
        course = await new_course()
        for accept in ("*/*", "application/json, text/csv;q=0.5"):
            headers = {**teacher_of(course), "Accept": accept}
            response = await client.get(f"/enrollments/course/{course['course_id']}", headers=headers)
            assert response.headers["content-type"] == "application/json"
