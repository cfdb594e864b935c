"""Reviews, and the rating that results from them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.testing.tokens import Signer

from ..conftest import Write

ANONYMOUS: Mapping[str, str] = {}


async def rating_of(client: httpx2.AsyncClient, course_id: str) -> tuple[float, int]:
    course = (await client.get(f"/courses/{course_id}")).json()
    return course["avg_rating"], course["review_count"]


class TestCreate:
    async def test_refusals(
        self, client: httpx2.AsyncClient, author: Any, student: Mapping[str, str], admin: Mapping[str, str]
    ) -> None:
        draft, public = await author.course(), await author.published()
        body = {"course_id": public["id"], "rating": 5}
        assert (await client.post("/reviews", json=body)).status_code == 401
        assert (await client.post("/reviews", json=body, headers=admin)).json()["code"] == "role_required"
        for course_id in (draft["id"], str(new_id())):
            response = await client.post("/reviews", json={**body, "course_id": course_id}, headers=student)
            assert response.status_code == 404
        response = await client.post("/reviews", json=body, headers=student)
        assert (response.status_code, response.json()["code"]) == (503, "dependency_unavailable")

    @pytest.mark.parametrize(
        ("fault", "where"),
        [
            ({"rating": 0}, "rating"),
            ({"rating": 6}, "rating"),
            ({"rating": 4.5}, "rating"),
            ({"rating": "5"}, "rating"),
            ({"rating": True}, "rating"),
            ({"comment": "x" * 5001}, "comment"),
            ({"comment": "a\0"}, "comment"),
            ({"course_id": "python"}, "course_id"),
            ({"hidden": True}, "hidden"),
        ],
    )
    async def test_faulty_fields(
        self, client: httpx2.AsyncClient, student: Mapping[str, str], fault: dict[str, Any], where: str
    ) -> None:
        body = {"course_id": str(new_id()), "rating": 5, **fault}
        response = await client.post("/reviews", json=body, headers=student)
        assert response.status_code == 422
        assert [error["loc"][-1] for error in response.json()["errors"]] == [where]


class TestList:
    async def test_unknown_and_draft(self, client: httpx2.AsyncClient, author: Any, student: Mapping[str, str]) -> None:
        draft = await author.course()
        for course_id in (draft["id"], new_id()):
            for headers in (ANONYMOUS, student):
                assert (await client.get(f"/reviews/course/{course_id}", headers=headers)).status_code == 404
        assert (await client.get("/reviews/course/python")).status_code == 422

    async def test_orders_and_pages(self, client: httpx2.AsyncClient, author: Any, write: Write) -> None:
        course = await author.published()
        ratings = [3, 5, 1, 5, 4]
        ids = [await write(course["id"], new_id(), rating, f"It is {rating}") for rating in ratings]
        await write(course["id"], new_id(), 1, "spam", hidden=True)
        path = f"/reviews/course/{course['id']}"

        async def walk(sort: str) -> list[str]:
            found: list[str] = []
            cursor = ""
            while True:
                page = (await client.get(f"{path}?limit=2&sort={sort}{cursor}")).json()
                assert (page["total"], page["histogram"]) == (5, {"1": 1, "2": 0, "3": 1, "4": 1, "5": 2})
                found += [review["id"] for review in page["items"]]
                if not page["next_cursor"]:
                    return found
                cursor = f"&cursor={page['next_cursor']}"

        assert await walk("newest") == ids[::-1]
        assert await walk("rating") == [ids[3], ids[1], ids[4], ids[0], ids[2]]
        first = (await client.get(path)).json()["items"][0]
        assert first.keys() == {"id", "course_id", "rating", "comment", "author_name", "created_at", "updated_at"}

    async def test_cursors_belong_to_one_list(self, client: httpx2.AsyncClient, author: Any, write: Write) -> None:
        course, other = await author.published(), await author.published()
        for rating in (4, 5):
            await write(course["id"], new_id(), rating)
        path = f"/reviews/course/{course['id']}"
        cursor = (await client.get(f"{path}?limit=1")).json()["next_cursor"]
        for foreign in (f"{path}?sort=rating&cursor={cursor}", f"/reviews/course/{other['id']}?cursor={cursor}"):
            assert (await client.get(foreign)).status_code == 422
        assert (await client.get(f"{path}?cursor={cursor[:-2]}xx")).status_code == 422

    async def test_not_modified(self, client: httpx2.AsyncClient, author: Any) -> None:
        path = f"/reviews/course/{(await author.published())['id']}"
        response = await client.get(path)
        assert response.headers["cache-control"] == "public, no-cache"
        again = await client.get(path, headers={"If-None-Match": response.headers["etag"]})
        assert again.status_code == 304


class TestMine:
    async def test_only_own(
        self, client: httpx2.AsyncClient, signer: Signer, author: Any, student: Mapping[str, str], write: Write
    ) -> None:
        assert (await client.get("/reviews/me")).status_code == 401
        me = new_id()
        courses = [await author.published() for _ in range(2)]
        ids = [await write(course["id"], me, 4) for course in courses]
        headers = signer.headers(me)
        assert (await client.get("/reviews/me", headers=student)).json()["total"] == 0
        assert [item["id"] for item in (await client.get("/reviews/me", headers=headers)).json()["items"]] == ids[::-1]
        one = (await client.get(f"/reviews/me?course_id={courses[0]['id']}", headers=headers)).json()
        assert [item["id"] for item in one["items"]] == ids[:1]


class TestUpdate:
    async def test_refusals(
        self,
        client: httpx2.AsyncClient,
        author: Any,
        student: Mapping[str, str],
        admin: Mapping[str, str],
        write: Write,
    ) -> None:
        course = await author.published()
        path = f"/reviews/{await write(course['id'], new_id(), 5)}"
        assert (await client.put(path, json={"rating": 1})).status_code == 401
        for headers in (student, admin, author.headers):
            response = await client.put(path, json={"rating": 1}, headers=headers)
            assert (response.status_code, response.json()["code"]) == (403, "not_author")
        unknown = await client.put(f"/reviews/{new_id()}", json={"rating": 1}, headers=student)
        assert unknown.status_code == 404
        for fault in ({"rating": None}, {"rating": 9}, {"course_id": course["id"]}):
            assert (await client.put(path, json=fault, headers=student)).status_code == 422
        assert await rating_of(client, course["id"]) == (5, 1)

    async def test_moves_the_average(
        self, client: httpx2.AsyncClient, signer: Signer, author: Any, write: Write
    ) -> None:
        course, me = await author.published(), new_id()
        await write(course["id"], new_id(), 4)
        path = f"/reviews/{await write(course['id'], me, 5, 'Good')}"
        response = await client.put(path, json={"rating": 1}, headers=signer.headers(me))
        assert response.status_code == 200
        assert (response.json()["rating"], response.json()["comment"]) == (1, "Good")
        assert await rating_of(client, course["id"]) == (2.5, 2)

    async def test_a_hidden_one_moves_nothing(
        self, client: httpx2.AsyncClient, signer: Signer, author: Any, write: Write
    ) -> None:
        course, me = await author.published(), new_id()
        await write(course["id"], new_id(), 4)
        path = f"/reviews/{await write(course['id'], me, 1, hidden=True)}"
        assert (await client.put(path, json={"rating": 2}, headers=signer.headers(me))).status_code == 200
        assert await rating_of(client, course["id"]) == (4, 1)
        assert (await client.delete(path, headers=signer.headers(me))).status_code == 204
        assert await rating_of(client, course["id"]) == (4, 1)


class TestDelete:
    async def test_author_and_admin(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        author: Any,
        student: Mapping[str, str],
        admin: Mapping[str, str],
        write: Write,
    ) -> None:
        course, me = await author.published(), new_id()
        mine, other = [f"/reviews/{await write(course['id'], who, 3)}" for who in (me, new_id())]
        assert (await client.delete(mine)).status_code == 401
        for headers in (student, author.headers):
            assert (await client.delete(mine, headers=headers)).json()["code"] == "not_author"
        assert (await client.delete(mine, headers=signer.headers(me))).status_code == 204
        assert (await client.delete(mine, headers=signer.headers(me))).status_code == 404
        assert (await client.delete(other, headers=admin)).status_code == 204
        assert await rating_of(client, course["id"]) == (0, 0)
        listed = (await client.get(f"/reviews/course/{course['id']}")).json()
        assert (listed["items"], listed["histogram"]["3"]) == ([], 0)


class TestSums:
    async def test_right_under_concurrent_writes(
        self, client: httpx2.AsyncClient, signer: Signer, author: Any, write: Write
    ) -> None:
        course = await author.published()
        students = [new_id() for _ in range(20)]
        ids = await asyncio.gather(*(write(course["id"], student, 5) for student in students))

        async def send(number: int) -> int:
            headers, path = signer.headers(students[number], Role.STUDENT), f"/reviews/{ids[number]}"
            if number % 4 == 0:
                return (await client.delete(path, headers=headers)).status_code
            return (await client.put(path, json={"rating": number % 4}, headers=headers)).status_code

        assert set(await asyncio.gather(*(send(number) for number in range(20)))) == {200, 204}
        assert await rating_of(client, course["id"]) == (2, 15)
        listed = (await client.get(f"/reviews/course/{course['id']}")).json()
        assert listed["histogram"] == {"1": 5, "2": 5, "3": 5, "4": 0, "5": 0}

    async def test_a_review_deleted_by_many_counts_once(
        self, client: httpx2.AsyncClient, signer: Signer, author: Any, write: Write
    ) -> None:
        course, me = await author.published(), new_id()
        await write(course["id"], new_id(), 4)
        path = f"/reviews/{await write(course['id'], me, 1)}"
        headers = signer.headers(me)
        answers = await asyncio.gather(*(client.delete(path, headers=headers) for _ in range(20)))
        assert sorted(answer.status_code for answer in answers) == [204] + [404] * 19
        assert await rating_of(client, course["id"]) == (4, 1)
