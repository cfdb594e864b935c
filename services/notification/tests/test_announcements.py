"""Announcements of administrators."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import func, insert, literal, select

from edu_common.auth.access_tokens import Role
from edu_common.events.outbox import OutboxEvent
from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_notification.models import Recipient

Register = Callable[..., Awaitable[UUID]]
TEXT = {"title": "Maintenance", "body": "On Sunday,\nat noon."}


class TestAnnounce:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/notifications", json={"role": "student", **TEXT})).status_code == 401

    @pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER])
    async def test_only_for_admins(self, client: httpx2.AsyncClient, signer: Signer, role: Role) -> None:
        headers = signer.headers(role=role)
        response = await client.post("/notifications", json={"role": "student", **TEXT}, headers=headers)
        assert response.status_code == 403
        assert response.json()["code"] == "role_required"

    @pytest.mark.parametrize(
        ("body", "loc"),
        [
            (TEXT, ["body"]),
            ({**TEXT, "role": "student", "user_id": str(new_id())}, ["body"]),
            ({**TEXT, "role": "everybody"}, ["body", "role"]),
            ({**TEXT, "user_id": "1"}, ["body", "user_id"]),
            ({**TEXT, "role": "student", "extra": 1}, ["body", "extra"]),
            ({**TEXT, "role": "student", "title": " "}, ["body", "title"]),
            ({**TEXT, "role": "student", "title": "a\x07b"}, ["body", "title"]),
            ({**TEXT, "role": "student", "title": "a" * 201}, ["body", "title"]),
            ({**TEXT, "role": "student", "body": ""}, ["body", "body"]),
            ({**TEXT, "role": "student", "body": "a\0b"}, ["body", "body"]),
            ({**TEXT, "role": "student", "body": "a" * 5001}, ["body", "body"]),
        ],
    )
    async def test_faulty_fields_are_named(
        self, client: httpx2.AsyncClient, signer: Signer, body: dict[str, Any], loc: list[str]
    ) -> None:
        response = await client.post("/notifications", json=body, headers=signer.headers(role=Role.ADMIN))
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == loc

    async def test_an_unknown_user(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        body = {**TEXT, "user_id": str(new_id())}
        response = await client.post("/notifications", json=body, headers=signer.headers(role=Role.ADMIN))
        assert response.status_code == 404
        assert response.json()["code"] == "user_not_found"

    async def test_to_one_user(self, client: httpx2.AsyncClient, signer: Signer, register: Register) -> None:
        user_id, other_id = await register(), await register()
        body = {**TEXT, "user_id": str(user_id)}
        response = await client.post("/notifications", json=body, headers=signer.headers(role=Role.ADMIN))
        assert response.status_code == 201
        announced = response.json()
        assert announced == {"id": announced["id"], "role": None, "recipients": 1, **body}
        (item,) = (await client.get("/notifications/me", headers=signer.headers(user_id))).json()["items"]
        assert (item["type"], item["title"], item["body"], item["data"]) == ("announcement", *TEXT.values(), {})
        assert UUID(item["id"]).version == 7
        assert (await client.get("/notifications/me", headers=signer.headers(other_id))).json()["total"] == 0

    async def test_to_a_role_as_it_is_now(
        self,
        app: FastAPI,
        client: httpx2.AsyncClient,
        signer: Signer,
        register: Register,
        deliver: Callable[..., Awaitable[UUID]],
    ) -> None:
        student_id, teacher_id, promoted_id = await register(), await register(role="teacher"), await register()
        await deliver(
            "user.access_changed",
            user_id=str(promoted_id),
            session_id=None,
            revoked_before="2026-01-01T00:00:00Z",
            is_active=True,
            role="teacher",
        )
        body = {**TEXT, "role": "teacher"}
        response = await client.post("/notifications", json=body, headers=signer.headers(role=Role.ADMIN))
        assert response.json()["recipients"] == 2
        async with app.state.runtime.database.read() as connection:
            (published,) = await connection.scalars(select(OutboxEvent.data).where(OutboxEvent.type == "admin.acted"))
        assert (published["action"], published["target_id"]) == ("announcement.sent", None)
        detail = {"announcement_id": response.json()["id"], "role": "teacher", "recipients": 2}
        assert published["detail"] == detail
        for user_id, total in ((student_id, 0), (teacher_id, 1), (promoted_id, 1)):
            found = (await client.get("/notifications/me", headers=signer.headers(user_id))).json()
            assert found["total"] == total

    async def test_to_fifty_thousand_users_well_within_the_time_of_a_statement(
        self, app: FastAPI, client: httpx2.AsyncClient, signer: Signer
    ) -> None:
        students = select(func.gen_random_uuid(), literal("x@example.com"), literal("X"), literal("student"))
        rows = students.select_from(func.generate_series(1, 50_000))
        async with app.state.runtime.database.unit_of_work() as unit:
            await unit.execute(insert(Recipient).from_select(["user_id", "email", "name", "role"], rows))
        started = time.perf_counter()
        body = {**TEXT, "role": "student"}
        response = await client.post("/notifications", json=body, headers=signer.headers(role=Role.ADMIN))
        assert response.json()["recipients"] == 50_000, response.text
        assert time.perf_counter() - started < 4
