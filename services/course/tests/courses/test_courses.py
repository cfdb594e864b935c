"""Writing, publishing and reading courses."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id, utc_now
from edu_common.testing.tokens import Signer
from edu_course.context import CourseContext
from edu_course.courses.slugs import slug_of

ANONYMOUS: Mapping[str, str] = {}
FREE = {"title": "Go in Practice", "is_free": True}
FIELDS = {
    "id", "teacher_id", "teacher_name", "title", "slug", "subtitle", "description", "category", "language", "is_free",
    "price", "currency", "duration_minutes", "level", "status", "tags", "cover_url", "avg_rating", "review_count",
    "enrollment_count", "lesson_count", "created_at", "updated_at", "published_at",
    "taken_down",
}  # fmt: skip


async def published_events(runtime: CourseContext) -> list[tuple[str, dict[str, Any]]]:
    """Return types and data of the events published, oldest first."""
    async with runtime.database.read() as connection:
        rows = await connection.all(text("SELECT type, data FROM outbox ORDER BY seq"))
    return [(row["type"], row["data"]) for row in rows]


def locs(response: httpx2.Response) -> list[str]:
    assert response.status_code == 422, response.text
    return [error["loc"][-1] for error in response.json()["errors"]]


class TestCreate:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/courses", json=FREE)).status_code == 401

    @pytest.mark.parametrize("role", [Role.STUDENT, Role.ADMIN])
    async def test_other_roles(self, client: httpx2.AsyncClient, signer: Signer, role: Role) -> None:
        response = await client.post("/courses", json=FREE, headers=signer.headers(role=role))
        assert (response.status_code, response.json()["code"]) == (403, "role_required")

    async def test_unverified_teacher(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        headers = signer.headers(role=Role.TEACHER, is_verified=False)
        response = await client.post("/courses", json=FREE, headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "teacher_not_verified")

    async def test_teacher_verified_since_the_token(
        self, client: httpx2.AsyncClient, signer: Signer, deliver: Any
    ) -> None:
        teacher_id = new_id()
        await deliver("user.teacher_verified", user_id=teacher_id)
        headers = signer.headers(teacher_id, Role.TEACHER, is_verified=False)
        assert (await client.post("/courses", json=FREE, headers=headers)).status_code == 201

    async def test_verification_goes_with_the_role_whatever_is_repeated(
        self, client: httpx2.AsyncClient, signer: Signer, deliver: Any
    ) -> None:
        teacher_id, verified, demoted = new_id(), new_id(), new_id()
        steps: list[tuple[str, UUID, Mapping[str, str], int]] = [
            ("user.teacher_verified", verified, {}, 201),
            ("user.access_changed", demoted, {"role": "student"}, 403),
            ("user.access_changed", new_id(), {"role": "teacher"}, 403),
            ("user.teacher_verified", verified, {}, 403),
            ("user.teacher_verified", new_id(), {}, 201),
            ("user.access_changed", new_id(), {"role": "teacher"}, 201),
            ("user.access_changed", demoted, {"role": "student"}, 201),
        ]
        for event_type, event_id, more, status in steps:
            past = utc_now() - timedelta(minutes=1)  # the tokens below are newer
            await deliver(event_type, event_id, user_id=teacher_id, revoked_before=past, **more)
            headers = signer.headers(teacher_id, Role.TEACHER, is_verified=False)
            response = await client.post("/courses", json=FREE, headers=headers)
            assert response.status_code == status, (event_type, more)

    @pytest.mark.parametrize(
        ("fault", "where"),
        [
            ({"title": " "}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"title": "a\0b"}, "title"),
            ({"title": None}, "title"),
            ({"is_free": "yes"}, "is_free"),
            ({"price": "9.99"}, "price"),
            ({"is_free": False}, "price"),
            ({"is_free": False, "price": "0.49"}, "price"),
            ({"is_free": False, "price": "10000.01"}, "price"),
            ({"is_free": False, "price": "9.999"}, "price"),
            ({"is_free": False, "price": "NaN"}, "price"),
            ({"is_free": False, "price": "1e400"}, "price"),
            ({"currency": "usd"}, "currency"),
            ({"subtitle": "x" * 301}, "subtitle"),
            ({"description": "x" * 20_001}, "description"),
            ({"category": "no-such-thing"}, "category"),
            ({"language": "English"}, "language"),
            ({"level": "expert"}, "level"),
            ({"duration_minutes": -1}, "duration_minutes"),
            ({"duration_minutes": 10**30}, "duration_minutes"),
            ({"tags": [str(n) for n in range(21)]}, "tags"),
            ({"tags": ["x" * 41]}, 0),
            ({"cover_url": "http://example.com/a.png"}, "cover_url"),
            ({"cover_url": "https://me:pw@example.com/a.png"}, "cover_url"),
            ({"cover_url": "https://me@example.com/a.png"}, "cover_url"),
            ({"cover_url": "javascript:alert(1)"}, "cover_url"),
            ({"status": "published"}, "status"),
        ],
    )
    async def test_faulty_fields(self, author: Any, fault: dict[str, Any], where: str | int) -> None:
        assert locs(await author.send("POST", "/courses", {**FREE, **fault})) == [where]

    async def test_lone_surrogate(self, client: httpx2.AsyncClient, author: Any) -> None:
        body = b'{"title": "a\\ud800", "is_free": true}'
        headers = {**author.headers, "Content-Type": "application/json"}
        assert locs(await client.post("/courses", content=body, headers=headers)) == ["title"]

    async def test_draft_with_defaults(self, author: Any) -> None:
        response = await author.send("POST", "/courses", FREE)
        course = response.json()
        assert response.status_code == 201
        assert response.headers["etag"] == '"1"'
        assert response.headers["cache-control"] == "no-store"
        assert course.keys() == FIELDS
        assert course["status"] == "draft"
        assert course["teacher_id"] == str(author.id)
        assert course["teacher_name"] == "Ada Lovelace"
        assert (course["price"], course["currency"], course["language"]) == (None, "USD", "en")
        assert (course["level"], course["avg_rating"], course["published_at"]) == ("beginner", 0, None)
        assert course["created_at"].endswith("Z")

    @pytest.mark.parametrize("price", ["49.9", 49.9, "49.90"])
    async def test_all_fields(self, author: Any, price: str | float) -> None:
        sent = {
            "title": "Go in Practice", "is_free": False, "price": price, "currency": "EUR", "subtitle": "Channels",
            "description": "Line one\nLine two", "language": "ru", "level": "advanced", "duration_minutes": 90,
            "tags": ["Go", "channels", "go"], "cover_url": "https://example.com/a.png?x=1",
        }  # fmt: skip
        course = await author.course(**sent)
        assert {name: course[name] for name in sent} == {**sent, "price": "49.90", "tags": ["Go", "channels"]}

    @pytest.mark.parametrize("category", ["python", "Python", "PYTHON"])
    async def test_category_by_slug_or_name(self, author: Any, category: str) -> None:
        assert (await author.course(category=category))["category"] == "python"

    async def test_category_by_name_of_any_language(self, author: Any) -> None:
        assert (await author.course(category="машинное ОБУЧЕНИЕ"))["category"] == "machine-learning"

    async def test_name_of_a_renamed_teacher(self, author: Any, deliver: Any) -> None:
        await deliver("user.renamed", user_id=author.id, name="Ada King", locale="en")
        assert (await author.course())["teacher_name"] == "Ada King"


class TestSlug:
    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Привет, мир!", "privet-mir"),
            ("🎉", "course"),
            ("My", "course-my"),
            ("deadbeefdeadbeefdeadbeefdeadbeef", "course-deadbeefdeadbeefdeadbeefdeadbeef"),
            ("0190a1b2-0000-7000-8000-000000000000", "course-0190a1b2-0000-7000-8000-000000000000"),
        ],
    )
    def test_of_title(self, title: str, slug: str) -> None:
        assert slug_of(title) == slug

    async def test_unique_under_concurrency(self, author: Any) -> None:
        courses = await asyncio.gather(*(author.course() for _ in range(20)))
        assert len({course["slug"] for course in courses}) == 20
        assert all(course["slug"].startswith("python-from-zero") for course in courses)

    async def test_follows_the_title_until_published(self, author: Any) -> None:
        await author.course(title="Taken")
        course = await author.course(title="First Name", description="d", category="go")
        path = f"/courses/{course['id']}"
        assert (await author.send("PUT", path, {"title": "Second Name"})).json()["slug"] == "second-name"
        taken = (await author.send("PUT", path, {"title": "Taken"})).json()["slug"]
        assert taken.startswith("taken-")
        await author.lesson((await author.module(course["id"]))["id"])
        await author.send("POST", f"{path}/publish")
        await author.send("POST", f"{path}/unpublish")
        assert (await author.send("PUT", path, {"title": "Third"})).json()["slug"] == taken


class TestRead:
    async def test_unknown(self, client: httpx2.AsyncClient) -> None:
        for ref in (str(new_id()), "no-such-course"):
            assert (await client.get(f"/courses/{ref}")).status_code == 404

    @pytest.mark.parametrize("ref", ["Not_a_Slug", "%00", "a--b", "x" * 5000, "%F0%9F%8E%89", "'--"])
    async def test_malformed(self, client: httpx2.AsyncClient, ref: str) -> None:
        assert (await client.get(f"/courses/{ref}")).status_code == 422

    async def test_draft(
        self,
        client: httpx2.AsyncClient,
        author: Any,
        other_author: Any,
        student: Mapping[str, str],
        admin: Mapping[str, str],
    ) -> None:
        course = await author.course()
        for ref in (course["id"], course["slug"]):
            for headers in (ANONYMOUS, student, other_author.headers):
                assert (await client.get(f"/courses/{ref}", headers=headers)).status_code == 404
            for headers in (author.headers, admin):
                response = await client.get(f"/courses/{ref}", headers=headers)
                assert response.json() == course
                assert response.headers["cache-control"] == "private, no-cache"

    async def test_published(self, client: httpx2.AsyncClient, author: Any) -> None:
        course = await author.published()
        for ref in (course["id"], course["slug"], course["id"].upper(), course["id"].replace("-", "")):
            response = await client.get(f"/courses/{ref}")
            assert response.json() == course
            assert response.headers["cache-control"] == "public, no-cache"

    async def test_not_modified(self, client: httpx2.AsyncClient, author: Any) -> None:
        course = await author.published()
        path = f"/courses/{course['id']}"
        etag = (await client.get(path)).headers["etag"]
        again = await client.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        await author.send("PUT", path, {"subtitle": "New"})
        assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 200

    async def test_another_course_under_the_same_slug_is_not_the_one_known(
        self, client: httpx2.AsyncClient, author: Any, runtime: CourseContext
    ) -> None:
        first = await author.published(title="Chemistry")
        path, version = f"/courses/{first['slug']}", (await client.get(f"/courses/{first['id']}")).headers["etag"]
        etag = (await client.get(path)).headers["etag"]
        assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 304
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(text("DELETE FROM courses WHERE id = CAST(:id AS uuid)"), id=first["id"])
            runtime.forget(unit, first["slug"], listed=True)
        second = await author.published(title="Chemistry")
        assert second["slug"] == first["slug"]
        assert (await client.get(f"/courses/{second['id']}")).headers["etag"] == version
        response = await client.get(path, headers={"If-None-Match": etag})
        assert (response.status_code, response.json()["id"]) == (200, second["id"])
        changed = await author.send(
            "PUT", f"/courses/{second['id']}", {"subtitle": "New"}, **{"If-Match": response.headers["etag"]}
        )
        assert changed.status_code == 200

    async def test_archived(
        self,
        client: httpx2.AsyncClient,
        author: Any,
        other_author: Any,
        student: Mapping[str, str],
        admin: Mapping[str, str],
    ) -> None:
        course = await author.published()
        await author.send("POST", f"/courses/{course['id']}/archive")
        path = f"/courses/{course['slug']}"
        assert (await client.get(path)).status_code == 404
        for headers in (author.headers, admin):
            assert (await client.get(path, headers=headers)).json()["status"] == "archived"
        for headers in (student, other_author.headers):
            response = await client.get(path, headers=headers)
            assert (response.status_code, response.json()["code"]) == (503, "dependency_unavailable")

    async def test_a_write_is_seen_at_once_by_all(self, client: httpx2.AsyncClient, author: Any) -> None:
        course = await author.published()
        paths = [f"/courses/{course['id']}", f"/courses/{course['slug']}"]

        async def read_until(done: asyncio.Event) -> None:
            while not done.is_set():
                await asyncio.gather(*(client.get(path) for path in paths))

        done = asyncio.Event()
        readers = [asyncio.create_task(read_until(done)) for _ in range(4)]
        try:
            for number in range(20):
                subtitle = f"Edition {number}"
                await author.send("PUT", paths[0], {"subtitle": subtitle})
                shown = [(await client.get(path)).json()["subtitle"] for path in paths]
                assert shown == [subtitle, subtitle]
        finally:
            done.set()
            await asyncio.gather(*readers)


class TestUpdate:
    async def test_refusals(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        author: Any,
        other_author: Any,
        student: Mapping[str, str],
        admin: Mapping[str, str],
    ) -> None:
        draft = f"/courses/{(await author.course())['id']}"
        public = f"/courses/{(await author.published())['id']}"
        unverified = signer.headers(author.id, Role.TEACHER, is_verified=False)
        expected = [
            (draft, ANONYMOUS, 401, "unauthenticated"),
            (public, student, 403, "role_required"),
            (draft, other_author.headers, 404, "not_found"),
            (public, other_author.headers, 403, "not_owner"),
            (draft, unverified, 403, "teacher_not_verified"),
            (f"/courses/{new_id()}", author.headers, 404, "not_found"),
        ]
        for path, headers, status, code in expected:
            for method, target, body in (
                ("PUT", path, {"title": "Mine"}),
                ("DELETE", path, None),
                ("POST", f"{path}/publish", None),
                ("POST", f"{path}/unpublish", None),
                ("POST", f"{path}/archive", None),
            ):
                response = await client.request(method, target, json=body, headers=headers)
                assert (response.status_code, response.json()["code"]) == (status, code), (method, target)

    @pytest.mark.parametrize("field", ["title", "is_free", "subtitle", "description", "language", "level", "tags"])
    async def test_null_where_there_must_be_something(self, author: Any, field: str) -> None:
        course = await author.course()
        assert locs(await author.send("PUT", f"/courses/{course['id']}", {field: None})) == [field]

    async def test_price_stays_coherent(self, author: Any) -> None:
        free = f"/courses/{(await author.course())['id']}"
        paid = f"/courses/{(await author.course(is_free=False, price='5.00'))['id']}"
        for path, body in ((free, {"is_free": False}), (free, {"price": "3.00"}), (paid, {"is_free": True})):
            assert locs(await author.send("PUT", path, body)) == ["price"]
        assert locs(await author.send("PUT", paid, {"price": None})) == ["price"]
        changed = await author.send("PUT", paid, {"is_free": True, "price": None})
        assert (changed.json()["is_free"], changed.json()["price"]) == (True, None)
        assert (await author.send("PUT", free, {"is_free": False, "price": 3})).json()["price"] == "3.00"

    async def test_a_published_course_stays_complete(self, author: Any) -> None:
        course = await author.published()
        response = await author.send("PUT", f"/courses/{course['id']}", {"description": " ", "category": None})
        assert response.json()["code"] == "incomplete"
        assert locs(response) == ["description", "category"]

    async def test_nothing_changed_is_no_new_version(self, author: Any, runtime: CourseContext) -> None:
        course = await author.course()
        before = await published_events(runtime)
        bodies: list[dict[str, Any]] = [{}, {"title": course["title"], "tags": [], "price": None}]
        for body in bodies:
            response = await author.send("PUT", f"/courses/{course['id']}", body)
            assert (response.json(), response.headers["etag"]) == (course, '"1"')
        assert await published_events(runtime) == before

    async def test_if_match(self, author: Any) -> None:
        path = f"/courses/{(await author.course())['id']}"
        first = await author.send("PUT", path, {"subtitle": "one"}, **{"If-Match": '"1"'})
        assert (first.status_code, first.headers["etag"]) == (200, '"2"')
        stale = await author.send("PUT", path, {"subtitle": "two"}, **{"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")

    async def test_one_of_many_with_the_same_version_wins(self, author: Any) -> None:
        path = f"/courses/{(await author.course())['id']}"
        writes = (author.send("PUT", path, {"subtitle": f"by {n}"}, **{"If-Match": '"1"'}) for n in range(20))
        statuses = [response.status_code for response in await asyncio.gather(*writes)]
        assert sorted(statuses) == [200] + [412] * 19

    async def test_is_published(self, author: Any, runtime: CourseContext) -> None:
        course = await author.published()
        await author.send("PUT", f"/courses/{course['id']}", {"title": "Another"})
        event_type, data = (await published_events(runtime))[-1]
        assert event_type == "course.updated"
        assert data == {
            "course_id": course["id"],
            "version": 5,
            "teacher_id": str(author.id),
            "teacher_name": "Ada Lovelace",
            "title": "Another",
            "slug": course["slug"],
            "status": "published",
            "is_free": True,
            "lesson_ids": [(await author.first_lesson(course["id"]))["id"]],
        }


class TestPublish:
    async def test_incomplete(self, author: Any) -> None:
        course = await author.course()
        response = await author.send("POST", f"/courses/{course['id']}/publish")
        assert response.json()["code"] == "incomplete"
        assert locs(response) == ["description", "category", "lessons"]

    async def test_lessons_without_text_or_video(self, author: Any) -> None:
        course = await author.course(description="All of it.", category="python")
        module = await author.module(course["id"])
        empty = await author.lesson(module["id"], "Empty", content="")
        blank = await author.lesson(module["id"], "Blank", content=" \n\t ")
        await author.lesson(module["id"], "Video", content="", video_url="https://vimeo.com/76979871")
        await author.lesson(module["id"], "Text", content="x")
        response = await author.send("POST", f"/courses/{course['id']}/publish")
        assert (response.status_code, response.json()["code"]) == (422, "incomplete")
        assert [error["loc"] for error in response.json()["errors"]] == [
            ["lessons", empty["id"]],
            ["lessons", blank["id"]],
        ]
        assert "“Empty” has no text and no video. Add one, or delete the lesson." in response.json()["detail"]
        lessons = (await author.curriculum(course["id"]))["modules"][0]["lessons"]
        assert [lesson["has_text"] for lesson in lessons] == [False, False, False, True]
        await author.send("PUT", f"/lessons/{empty['id']}", {"content": "x" * 3000})
        await author.send("DELETE", f"/lessons/{blank['id']}")
        assert (await author.send("POST", f"/courses/{course['id']}/publish")).status_code == 200
        await author.lesson(module["id"], "Not yet written", content="")
        assert (await author.send("POST", f"/courses/{course['id']}/publish")).json()["status"] == "published"

    async def test_round_trip(self, client: httpx2.AsyncClient, author: Any, runtime: CourseContext) -> None:
        course = await author.published()
        path = f"/courses/{course['id']}"
        assert course["status"] == "published"
        again = await author.send("POST", f"{path}/publish")
        assert again.json() == course
        assert (await author.send("POST", f"{path}/unpublish")).json()["status"] == "draft"
        assert (await client.get(path)).status_code == 404
        assert (await author.send("POST", f"{path}/archive")).json()["status"] == "archived"
        republished = (await author.send("POST", f"{path}/publish")).json()
        assert (republished["status"], republished["published_at"]) == ("published", course["published_at"])
        statuses = [(kind, data["status"]) for kind, data in await published_events(runtime)]
        assert statuses[-4:] == [
            ("course.published", "published"),
            ("course.updated", "draft"),
            ("course.archived", "archived"),
            ("course.published", "published"),
        ]

    @pytest.mark.parametrize(("step", "status"), [("unpublish", "draft"), ("archive", "archived")])
    async def test_admins_take_any_course_off_sale(
        self, client: httpx2.AsyncClient, author: Any, admin: Mapping[str, str], step: str, status: str
    ) -> None:
        path = f"/courses/{(await author.published())['id']}"
        assert (await client.post(f"{path}/{step}", headers=admin)).json()["status"] == status
        assert (await client.get(path)).status_code == 404
        assert (await client.post(f"/courses/{new_id()}/{step}", headers=admin)).status_code == 404
        for method, target, body in (
            ("PUT", path, {"title": "Mine"}),
            ("DELETE", path, None),
            ("POST", f"{path}/publish", None),
        ):
            response = await client.request(method, target, json=body, headers=admin)
            assert (response.status_code, response.json()["code"]) == (403, "role_required"), (method, target)
        assert (await author.send("POST", f"{path}/publish")).json()["status"] == "published"


class TestDelete:
    async def test_nobody_can_tell_who_is_enrolled(self, author: Any) -> None:
        path = f"/courses/{(await author.published())['id']}"
        response = await author.send("DELETE", path)
        assert (response.status_code, response.json()["code"]) == (503, "dependency_unavailable")
        assert "retry-after" in response.headers
        assert (await author.send("GET", path)).status_code == 200


class TestMy:
    async def test_refusals(
        self, client: httpx2.AsyncClient, student: Mapping[str, str], admin: Mapping[str, str]
    ) -> None:
        assert (await client.get("/courses/my")).status_code == 401
        for headers in (student, admin):
            assert (await client.get("/courses/my", headers=headers)).json()["code"] == "role_required"

    async def test_own_courses_of_every_status(self, author: Any, other_author: Any, deliver: Any) -> None:
        await other_author.published()
        archived = await author.published(title="One")
        await author.send("POST", f"/courses/{archived['id']}/archive")
        published = await author.published(title="Two")
        draft = await author.course(title="Three")
        await deliver("enrollment.created", course_id=published["id"], student_id=new_id())
        mine = (await author.send("GET", "/courses/my")).json()
        assert [course["id"] for course in mine["items"]] == [draft["id"], published["id"], archived["id"]]
        assert mine["items"][0].keys() == FIELDS
        assert mine["total"] == 3
        assert mine["counts"] == {"draft": 1, "published": 1, "archived": 1, "enrollments": 1, "reviews": 0}
        only = (await author.send("GET", "/courses/my?status=draft")).json()
        assert [course["id"] for course in only["items"]] == [draft["id"]]

    async def test_pages(self, author: Any, other_author: Any) -> None:
        ids = [(await author.course())["id"] for _ in range(5)]
        first = (await author.send("GET", "/courses/my?limit=3")).json()
        rest = (await author.send("GET", f"/courses/my?limit=3&cursor={first['next_cursor']}")).json()
        assert [course["id"] for course in first["items"] + rest["items"]] == ids[::-1]
        assert rest["next_cursor"] is None
        assert locs(await other_author.send("GET", f"/courses/my?cursor={first['next_cursor']}")) == ["cursor"]


class TestInternal:
    async def test_only_for_services(self, client: httpx2.AsyncClient, author: Any, admin: Mapping[str, str]) -> None:
        path = f"/internal/courses/{(await author.published())['id']}"
        for headers in (ANONYMOUS, admin, author.headers):
            assert (await client.get(path, headers=headers)).status_code == 401

    async def test_unknown(self, client: httpx2.AsyncClient, service_headers: Mapping[str, str]) -> None:
        assert (await client.get(f"/internal/courses/{new_id()}", headers=service_headers)).status_code == 404

    async def test_answer(self, client: httpx2.AsyncClient, author: Any, service_headers: Mapping[str, str]) -> None:
        course = await author.published(is_free=False, price="12.50")
        answer = await client.get(f"/internal/courses/{course['id']}", headers=service_headers)
        assert answer.json() == {
            "id": course["id"],
            "version": 4,
            "teacher_id": str(author.id),
            "teacher_name": "Ada Lovelace",
            "title": course["title"],
            "slug": course["slug"],
            "status": "published",
            "is_free": False,
            "price": "12.50",
            "currency": "USD",
            "lesson_ids": [(await author.first_lesson(course["id"]))["id"]],
        }
