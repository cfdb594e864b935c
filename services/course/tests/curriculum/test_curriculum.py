"""Modules, lessons, their order, and who may read them."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from edu_common.ids import new_id
from edu_course.context import CourseContext

ANONYMOUS: Mapping[str, str] = {}
SECRET = "the body of the lesson"


def titles(curriculum: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(module["title"], [lesson["title"] for lesson in module["lessons"]]) for module in curriculum["modules"]]


def orders_are_contiguous(curriculum: dict[str, Any]) -> bool:
    modules = curriculum["modules"]
    return [module["order"] for module in modules] == list(range(1, len(modules) + 1)) and all(
        [lesson["order"] for lesson in module["lessons"]] == list(range(1, len(module["lessons"]) + 1))
        for module in modules
    )


class TestRefusals:
    async def test_writes(
        self,
        client: httpx2.AsyncClient,
        author: Any,
        other_author: Any,
        student: Mapping[str, str],
        admin: Mapping[str, str],
    ) -> None:
        draft = await author.course()
        draft_module = await author.module(draft["id"])
        draft_lesson = await author.lesson(draft_module["id"])
        public = await author.published()
        public_lesson = await author.first_lesson(public["id"])

        async def statuses(
            headers: Mapping[str, str], course_id: str, module_id: str, lesson_id: str
        ) -> set[tuple[int, str]]:
            calls: list[tuple[str, str, Any]] = [
                ("POST", f"/courses/{course_id}/modules", {"title": "x"}),
                ("PUT", f"/courses/{course_id}/curriculum/order", {"modules": []}),
                ("PUT", f"/modules/{module_id}", {"title": "x"}),
                ("DELETE", f"/modules/{module_id}", None),
                ("POST", f"/modules/{module_id}/lessons", {"title": "x", "content": ""}),
                ("PUT", f"/lessons/{lesson_id}", {"title": "x"}),
                ("DELETE", f"/lessons/{lesson_id}", None),
            ]
            answers = [await client.request(method, path, json=json, headers=headers) for method, path, json in calls]
            return {(answer.status_code, answer.json()["code"]) for answer in answers}

        draft_ids = (draft["id"], draft_module["id"], draft_lesson["id"])
        public_ids = (public["id"], public_lesson["module_id"], public_lesson["id"])
        unknown_ids = (str(new_id()), str(new_id()), str(new_id()))
        assert await statuses(ANONYMOUS, *public_ids) == {(401, "unauthenticated")}
        assert await statuses(student, *public_ids) == {(403, "role_required")}
        assert await statuses(admin, *public_ids) == {(403, "role_required")}
        assert await statuses(other_author.headers, *public_ids) == {(403, "not_owner")}
        assert await statuses(other_author.headers, *draft_ids) == {(404, "not_found")}
        assert await statuses(author.headers, *unknown_ids) == {(404, "not_found")}

    @pytest.mark.parametrize(
        ("fault", "where"),
        [
            ({"title": ""}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"content": "x" * 200_001}, "content"),
            ({"content": None}, "content"),
            ({"content": "a\0"}, "content"),
            ({"video_url": "https://example.com/v.mp4"}, "video_url"),
            ({"duration_minutes": -1}, "duration_minutes"),
            ({"order": -1}, "order"),
            ({"order": 10**20}, "order"),
            ({"is_preview": "yes"}, "is_preview"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    async def test_faulty_fields(self, author: Any, fault: dict[str, Any], where: str) -> None:
        module = await author.module((await author.course())["id"])
        good = {"title": "Hello", "content": "text"}
        response = await author.send("POST", f"/modules/{module['id']}/lessons", {**good, **fault})
        assert response.status_code == 422
        assert [error["loc"][-1] for error in response.json()["errors"]] == [where]


class TestCurriculum:
    async def test_visible_as_the_course(
        self, client: httpx2.AsyncClient, author: Any, other_author: Any, admin: Mapping[str, str]
    ) -> None:
        draft = await author.course()
        path = f"/courses/{draft['id']}/curriculum"
        for headers in (ANONYMOUS, other_author.headers):
            assert (await client.get(path, headers=headers)).status_code == 404
        for headers in (author.headers, admin):
            assert (await client.get(path, headers=headers)).status_code == 200
        assert (await client.get(f"/courses/{new_id()}/curriculum")).status_code == 404
        assert (await client.get("/courses/python-from-zero/curriculum")).status_code == 422

    async def test_shape_without_bodies(self, client: httpx2.AsyncClient, author: Any) -> None:
        course = await author.published()
        module = await author.module(course["id"], "Empty")
        video = "https://youtu.be/dQw4w9WgXcQ"
        await author.lesson(module["id"], content=SECRET, video_url=video, duration_minutes=7, is_preview=True)
        response = await client.get(f"/courses/{course['id']}/curriculum")
        shown = response.json()
        assert SECRET not in response.text
        assert "youtube" not in response.text
        assert shown["course"] == (await client.get(f"/courses/{course['id']}")).json()
        assert shown["total_lessons"] == shown["course"]["lesson_count"] == 2
        assert orders_are_contiguous(shown)
        last = shown["modules"][-1]
        assert {**last, "lessons": None} == {**module, "lessons": None}
        (lesson,) = last["lessons"]
        assert (lesson["duration_minutes"], lesson["is_preview"], lesson["has_video"]) == (7, True, True)

    async def test_not_modified_until_a_lesson_changes(self, client: httpx2.AsyncClient, author: Any) -> None:
        course = await author.published()
        path = f"/courses/{course['id']}/curriculum"
        etag = (await client.get(path)).headers["etag"]
        assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 304
        lesson = await author.first_lesson(course["id"])
        await author.send("PUT", f"/lessons/{lesson['id']}", {"title": "New"})
        changed = await client.get(path, headers={"If-None-Match": etag})
        assert titles(changed.json()) == [("Beginning", ["New"])]


class TestModules:
    async def test_order(self, author: Any) -> None:
        course = await author.course()
        for title, fields in (("B", {}), ("D", {}), ("A", {"order": 1}), ("C", {"order": 3}), ("E", {"order": 99})):
            await author.module(course["id"], title, **fields)
        curriculum = await author.curriculum(course["id"])
        assert [title for title, _ in titles(curriculum)] == list("ABCDE")
        assert orders_are_contiguous(curriculum)

    async def test_concurrent_inserts(self, author: Any) -> None:
        course = await author.course()
        made = await asyncio.gather(*(author.module(course["id"], f"M{n}", order=1) for n in range(20)))
        curriculum = await author.curriculum(course["id"])
        assert orders_are_contiguous(curriculum)
        assert {module["id"] for module in curriculum["modules"]} == {module["id"] for module in made}

    async def test_update(self, author: Any) -> None:
        course = await author.course()
        made = [await author.module(course["id"], title) for title in "ABC"]
        path = f"/modules/{made[2]['id']}"
        changed = await author.send("PUT", path, {"title": "First", "order": 1}, **{"If-Match": '"1"'})
        assert changed.json() == {**made[2], "title": "First", "order": 1, "version": 2}
        assert changed.headers["etag"] == '"2"'
        assert (await author.send("PUT", path, {"title": "x"}, **{"If-Match": '"1"'})).status_code == 412
        curriculum = await author.curriculum(course["id"])
        assert [title for title, _ in titles(curriculum)] == ["First", "A", "B"]
        assert orders_are_contiguous(curriculum)

    async def test_no_change_is_no_new_version(self, client: httpx2.AsyncClient, author: Any, runtime: Any) -> None:
        course = await author.course()
        module = await author.module(course["id"], "A")
        lesson = await author.lesson(module["id"], "a")
        before = (await client.get(f"/courses/{course['id']}/curriculum", headers=author.headers)).headers["etag"]
        async with runtime.database.read() as connection:
            published = await connection.scalar(text("SELECT count(*) FROM outbox"))
        for path, item in ((f"/modules/{module['id']}", module), (f"/lessons/{lesson['id']}", lesson)):
            for body in ({}, {"title": item["title"]}, {"order": 1}, {"order": 7}):
                response = await author.send("PUT", path, body)
                assert (response.status_code, response.json()["version"]) == (200, 1)
        order = {"modules": [{"id": module["id"], "lessons": [lesson["id"]]}]}
        response = await author.send("PUT", f"/courses/{course['id']}/curriculum/order", order)
        assert (response.status_code, response.json()) == (200, await author.curriculum(course["id"]))
        after = (await client.get(f"/courses/{course['id']}/curriculum", headers=author.headers)).headers["etag"]
        assert after == before
        async with runtime.database.read() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM outbox")) == published

    async def test_delete_takes_the_lessons(
        self, client: httpx2.AsyncClient, author: Any, runtime: CourseContext
    ) -> None:
        course = await author.course()
        first, second = [await author.module(course["id"], title) for title in "AB"]
        lessons = [await author.lesson(first["id"], title) for title in "ab"]
        assert (await author.send("DELETE", f"/modules/{first['id']}")).status_code == 204
        assert (await author.send("DELETE", f"/modules/{first['id']}")).status_code == 404
        curriculum = await author.curriculum(course["id"])
        assert [(module["id"], module["order"]) for module in curriculum["modules"]] == [(second["id"], 1)]
        assert curriculum["course"]["lesson_count"] == 0
        async with runtime.database.read() as connection:
            query = text("SELECT type, data->'lesson_ids' FROM outbox ORDER BY seq DESC LIMIT 2")
            deleted, updated = await connection.all(query)
        assert tuple(updated) == ("course.updated", [])
        assert tuple(deleted) == ("lesson.deleted", [lesson["id"] for lesson in lessons])


class TestLessons:
    async def test_create(self, author: Any) -> None:
        course = await author.course()
        module = await author.module(course["id"])
        response = await author.send(
            "POST",
            f"/modules/{module['id']}/lessons",
            {"title": "Intro", "content": "<b>as written</b>\n\n* a", "video_url": "https://vimeo.com/76979871"},
        )
        lesson = response.json()
        assert response.status_code == 201
        assert response.headers["etag"] == '"1.3"'
        assert lesson["content"] == "<b>as written</b>\n\n* a"
        assert lesson["video_url"] == "https://player.vimeo.com/video/76979871"
        assert (lesson["order"], lesson["is_preview"], lesson["previous_id"], lesson["next_id"]) == (
            1,
            False,
            None,
            None,
        )
        assert (await author.send("GET", f"/lessons/{lesson['id']}")).json() == lesson

    async def test_concurrent_inserts(self, author: Any) -> None:
        course = await author.course()
        module = await author.module(course["id"])
        await asyncio.gather(*(author.lesson(module["id"], f"L{n}", order=2) for n in range(20)))
        curriculum = await author.curriculum(course["id"])
        assert orders_are_contiguous(curriculum)
        assert curriculum["total_lessons"] == curriculum["course"]["lesson_count"] == 20

    async def test_neighbours_across_modules(self, author: Any) -> None:
        course = await author.course()
        modules = [await author.module(course["id"], title) for title in "ABC"]
        lessons = [await author.lesson(modules[n]["id"], str(n)) for n in (0, 0, 2)]
        ids = [lesson["id"] for lesson in lessons]
        shown = [(await author.send("GET", f"/lessons/{lesson_id}")).json() for lesson_id in ids]
        assert [lesson["previous_id"] for lesson in shown] == [None, *ids[:2]]
        assert [lesson["next_id"] for lesson in shown] == [*ids[1:], None]

    async def test_update(self, author: Any) -> None:
        course = await author.course()
        module = await author.module(course["id"])
        lessons = [await author.lesson(module["id"], title) for title in "ABC"]
        path = f"/lessons/{lessons[2]['id']}"
        etag = (await author.send("GET", path)).headers["etag"]
        await author.send("PUT", f"/lessons/{lessons[0]['id']}", {"title": "Other"})
        body = {"order": 1, "is_preview": True, "video_url": None}
        changed = await author.send("PUT", path, body, **{"If-Match": etag})
        assert changed.status_code == 200, "another lesson's change is no conflict"
        assert (changed.json()["order"], changed.json()["is_preview"]) == (1, True)
        stale = await author.send("PUT", path, body, **{"If-Match": etag})
        assert stale.status_code == 412
        for field in ("title", "content", "order", "is_preview"):
            assert (await author.send("PUT", path, {field: None})).status_code == 422
        assert titles(await author.curriculum(course["id"])) == [("Beginning", ["C", "Other", "B"])]

    async def test_delete(self, author: Any) -> None:
        course = await author.course()
        module = await author.module(course["id"])
        lessons = [await author.lesson(module["id"], title) for title in "ABC"]
        assert (await author.send("DELETE", f"/lessons/{lessons[1]['id']}")).status_code == 204
        assert (await author.send("GET", f"/lessons/{lessons[1]['id']}")).status_code == 404
        curriculum = await author.curriculum(course["id"])
        assert titles(curriculum) == [("Beginning", ["A", "C"])]
        assert orders_are_contiguous(curriculum)
        assert curriculum["course"]["lesson_count"] == 2


class TestReadLesson:
    async def test_draft_and_unknown(
        self, client: httpx2.AsyncClient, author: Any, other_author: Any, student: Mapping[str, str]
    ) -> None:
        module = await author.module((await author.course())["id"])
        lesson = await author.lesson(module["id"], is_preview=True)
        for lesson_id in (lesson["id"], new_id()):
            for headers in (ANONYMOUS, student, other_author.headers):
                assert (await client.get(f"/lessons/{lesson_id}", headers=headers)).status_code == 404

    async def test_of_a_published_course(
        self,
        client: httpx2.AsyncClient,
        author: Any,
        other_author: Any,
        student: Mapping[str, str],
        admin: Mapping[str, str],
    ) -> None:
        course = await author.published()
        path = f"/lessons/{(await author.first_lesson(course['id']))['id']}"
        assert (await client.get(path)).status_code == 401
        for headers in (student, other_author.headers):
            response = await client.get(path, headers=headers)
            assert (response.status_code, response.json()["code"]) == (503, "dependency_unavailable")
        for headers in (author.headers, admin):
            response = await client.get(path, headers=headers)
            assert response.json()["content"] == "# Hi"
            assert response.headers["cache-control"] == "private, no-cache"

    async def test_preview(self, client: httpx2.AsyncClient, author: Any, student: Mapping[str, str]) -> None:
        course = await author.published()
        path = f"/lessons/{(await author.first_lesson(course['id']))['id']}"
        await author.send("PUT", path, {"is_preview": True})
        for headers in (ANONYMOUS, student):
            response = await client.get(path, headers=headers)
            assert response.json()["content"] == "# Hi"
            assert response.headers["cache-control"] == "public, no-cache"
        etag = {"If-None-Match": (await client.get(path)).headers["etag"]}
        assert (await client.get(path, headers=etag)).status_code == 304
        await author.lesson((await author.module(course["id"]))["id"])
        moved_on = await client.get(path, headers=etag)
        assert moved_on.status_code == 200, "it has a next lesson now"
        await author.send("POST", f"/courses/{course['id']}/archive")
        assert (await client.get(path)).status_code == 404


class TestReorder:
    async def test_moves_lessons_between_modules(self, author: Any, runtime: CourseContext) -> None:
        course = await author.course()
        first, second = [await author.module(course["id"], title) for title in "AB"]
        a, b, c = [await author.lesson(first["id"], title) for title in "abc"]
        body = {
            "modules": [
                {"id": second["id"], "lessons": [c["id"], a["id"]]},
                {"id": first["id"], "lessons": [b["id"]]},
            ]
        }
        path = f"/courses/{course['id']}/curriculum/order"
        stale = await author.send("PUT", path, body, **{"If-Match": '"1"'})
        assert stale.status_code == 412
        response = await author.send("PUT", path, body, **{"If-Match": '"6"'})
        assert response.status_code == 200
        assert response.json() == await author.curriculum(course["id"])
        assert titles(response.json()) == [("B", ["c", "a"]), ("A", ["b"])]
        assert orders_are_contiguous(response.json())
        async with runtime.database.read() as connection:
            lesson_ids = await connection.scalar(
                text("SELECT data->'lesson_ids' FROM outbox ORDER BY seq DESC LIMIT 1")
            )
        assert lesson_ids == [c["id"], a["id"], b["id"]]

    async def test_must_name_exactly_what_exists(self, author: Any) -> None:
        course = await author.course()
        first, second = [await author.module(course["id"], title) for title in "AB"]
        a, b = [await author.lesson(first["id"], title) for title in "ab"]
        before = await author.curriculum(course["id"])
        foreign = await author.module((await author.course())["id"])

        def module(of: dict[str, Any], *lessons: dict[str, Any]) -> dict[str, Any]:
            return {"id": of["id"], "lessons": [lesson["id"] for lesson in lessons]}

        for modules in (
            [],
            [module(first, a, b)],
            [module(first, a), module(second)],
            [module(first, a, b, b), module(second)],
            [module(first, a, b), module(second), module(second)],
            [module(first, a, b), module(second), module(foreign)],
            [module(first, a, b), module(second, {"id": str(new_id())})],
        ):
            response = await author.send("PUT", f"/courses/{course['id']}/curriculum/order", {"modules": modules})
            assert (response.status_code, response.json()["code"]) == (409, "curriculum_mismatch")
        assert await author.curriculum(course["id"]) == before
