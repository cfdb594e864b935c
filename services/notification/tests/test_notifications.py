"""A user's own notifications."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_notification.context import NotificationContext

Deliver = Callable[..., Awaitable[UUID]]


@pytest.fixture
def enroll(deliver: Deliver) -> Callable[..., Awaitable[UUID]]:
    async def send(student_id: UUID, event_id: UUID | None = None) -> UUID:
        return await deliver(
            "enrollment.created",
            event_id=event_id,
            enrollment_id=str(new_id()),
            student_id=str(student_id),
            student_name="Ada Lovelace",
            course_id=str(new_id()),
            course_title="Engines",
            course_slug="engines",
            teacher_id=str(new_id()),
            payment_id=None,
        )

    return send


class TestListNotifications:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/notifications/me")
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")

    async def test_only_own_ones(self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver) -> None:
        await enroll(new_id())
        found = (await client.get("/notifications/me", headers=signer.headers())).json()
        assert found["items"] == []
        assert found["total"] == found["unread_count"] == 0

    async def test_every_field(self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver) -> None:
        user_id = new_id()
        await enroll(user_id)
        response = await client.get("/api/notification/notifications/me", headers=signer.headers(user_id))
        assert response.headers["cache-control"] == "no-store"
        (item,) = response.json()["items"]
        assert set(item) == {"id", "user_id", "type", "title", "body", "data", "is_read", "created_at"}
        assert item["user_id"] == str(user_id)
        assert item["type"] == "enrollment.created"
        assert item["is_read"] is False
        assert set(item["data"]) == {"course_id", "course_slug", "enrollment_id", "payment_id"}

    async def test_is_written_in_the_language_of_its_reader(
        self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver, deliver: Deliver
    ) -> None:
        """Whatever language the account had when the notification was made."""
        user_id = new_id()
        headers = signer.headers(user_id)
        await enroll(user_id)

        async def title(query: str = "") -> str:
            (item,) = (await client.get(f"/notifications/me{query}", headers=headers)).json()["items"]
            path = f"/notifications/{item['id']}/read{query}"
            assert (await client.patch(path, headers=headers)).json()["title"] == item["title"]
            return item["title"]

        assert await title() == "You're enrolled in “Engines”"
        assert await title("?locale=ru") == "Вы записаны на курс «Engines»"
        account = {"email": "ada@example.com", "name": "Ada", "locale": "ru", "role": "student"}
        await deliver("user.registered", user_id=str(user_id), **account)
        assert await title() == "Вы записаны на курс «Engines»"
        assert await title("?locale=en") == "You're enrolled in “Engines”"
        assert (await client.get("/notifications/me?locale=de", headers=headers)).status_code == 422

    async def test_from_before_values_were_kept_has_its_old_words(
        self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver, app: FastAPI
    ) -> None:
        user_id = new_id()
        await enroll(user_id)
        runtime: NotificationContext = app.state.runtime
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(text("UPDATE notifications SET data = data - 'course_title'"))
        found = await client.get("/notifications/me?locale=ru", headers=signer.headers(user_id))
        assert [item["title"] for item in found.json()["items"]] == ["You're enrolled in “Engines”"]

    async def test_walks_all_pages_newest_first(
        self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver
    ) -> None:
        headers = signer.headers(user_id := new_id())
        for _ in range(5):
            await enroll(user_id)
        seen: list[str] = []
        query: dict[str, str | int] = {"limit": 2}
        while True:
            found = (await client.get("/notifications/me", params=query, headers=headers)).json()
            seen += [item["created_at"] for item in found["items"]]
            assert found["total"] == found["unread_count"] == 5
            if found["next_cursor"] is None:
                break
            query["cursor"] = found["next_cursor"]
        assert len(set(seen)) == 5
        assert seen == sorted(seen, reverse=True)

    async def test_a_cursor_of_somebody_else_is_refused(
        self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver
    ) -> None:
        user_id = new_id()
        await enroll(user_id)
        await enroll(user_id)
        found = (await client.get("/notifications/me?limit=1", headers=signer.headers(user_id))).json()
        query = {"cursor": found["next_cursor"]}
        for headers, more in ((signer.headers(), {}), (signer.headers(user_id), {"unread": "true"})):
            response = await client.get("/notifications/me", params={**query, **more}, headers=headers)
            assert response.status_code == 422
            assert response.json()["errors"][0]["loc"] == ["query", "cursor"]

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=101", "limit=NaN", "unread=perhaps", "offset=10001", "cursor=%00"]
    )
    async def test_nonsense_is_refused(self, client: httpx2.AsyncClient, signer: Signer, query: str) -> None:
        response = await client.get(f"/notifications/me?{query}", headers=signer.headers())
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == ["query", query.partition("=")[0]]

    async def test_unread_only(self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver) -> None:
        headers = signer.headers(user_id := new_id())
        await enroll(user_id)
        await enroll(user_id)
        first = (await client.get("/notifications/me", headers=headers)).json()["items"][0]["id"]
        await client.patch(f"/notifications/{first}/read", headers=headers)
        unread = (await client.get("/notifications/me?unread=true", headers=headers)).json()
        assert unread["total"] == unread["unread_count"] == 1
        assert first not in {item["id"] for item in unread["items"]}
        everything = (await client.get("/notifications/me", headers=headers)).json()
        assert (everything["total"], everything["unread_count"]) == (2, 1)


class TestMarkNotificationRead:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.patch(f"/notifications/{new_id()}/read")).status_code == 401

    async def test_a_malformed_id(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        assert (await client.patch("/notifications/1/read", headers=signer.headers())).status_code == 422

    @pytest.mark.parametrize("role", list(Role))
    async def test_somebody_elses_is_unknown(
        self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver, role: Role
    ) -> None:
        headers = signer.headers(user_id := new_id())
        await enroll(user_id)
        found = (await client.get("/notifications/me", headers=headers)).json()["items"][0]["id"]
        response = await client.patch(f"/notifications/{found}/read", headers=signer.headers(role=role))
        assert response.status_code == 404
        assert response.json()["code"] == "notification_not_found"
        assert (await client.get("/notifications/me", headers=headers)).json()["unread_count"] == 1

    async def test_twice_is_once(self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver) -> None:
        headers = signer.headers(user_id := new_id())
        await enroll(user_id)
        found = (await client.get("/notifications/me", headers=headers)).json()["items"][0]
        for _ in range(2):
            response = await client.patch(f"/notifications/{found['id']}/read", headers=headers)
            assert response.status_code == 200
            assert response.json() == {**found, "is_read": True}


class TestMarkAllNotificationsRead:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/notifications/read-all")).status_code == 401

    async def test_only_own_ones(self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver) -> None:
        mine, others = new_id(), new_id()
        for user_id in (mine, mine, others):
            await enroll(user_id)
        response = await client.post("/notifications/read-all", headers=signer.headers(mine))
        assert (response.status_code, response.content) == (204, b"")
        for user_id, unread in ((mine, 0), (others, 1)):
            found = (await client.get("/notifications/me", headers=signer.headers(user_id))).json()
            assert found["unread_count"] == unread


class TestExactlyOnce:
    async def test_one_event_many_times_at_once(
        self, client: httpx2.AsyncClient, signer: Signer, enroll: Deliver
    ) -> None:
        user_id, event_id = new_id(), new_id()
        await asyncio.gather(*(enroll(user_id, event_id=event_id) for _ in range(20)))
        found = (await client.get("/notifications/me", headers=signer.headers(user_id))).json()
        assert found["total"] == 1
