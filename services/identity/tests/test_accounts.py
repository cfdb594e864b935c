"""Accounts: register, own profile, public profiles, a teacher's application."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import func, select

from edu_common.auth.access_tokens import Role
from edu_common.events.outbox import OutboxEvent
from edu_identity.context import IdentityContext
from edu_identity.lockouts.repository import MAX_FAILURES
from edu_identity.models import LoginFailures

from .conftest import PASSWORD, Events, Person, Register, code


def body(**fields: Any) -> dict[str, Any]:
    return {"email": "ada@example.com", "password": PASSWORD, "name": "Ada Lovelace", **fields}


class TestRegister:
    async def test_admins_are_not_made_here(self, client: httpx2.AsyncClient) -> None:
        response = await client.post("/register", json=body(role="admin"))
        assert code(response, 422) == "validation_failed"
        assert response.json()["errors"][0]["loc"] == ["body", "role"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "nobody"),
            ("email", "a@b"),
            ("email", "a@example.com\x00"),
            ("email", f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.example.com"),
            ("email", None),
            ("password", "short"),
            ("password", "x" * 129),
            ("password", "Password123"),
            ("password", "12345678"),
            ("name", ""),
            ("name", "  "),
            ("name", "a\x00b"),
            ("name", "x" * 101),
            ("locale", "fr"),
            ("is_verified", True),
        ],
    )
    async def test_names_the_field_that_is_wrong(self, client: httpx2.AsyncClient, field: str, value: Any) -> None:
        response = await client.post("/register", json=body(**{field: value}))
        assert code(response, 422) == "validation_failed"
        assert [error["loc"] for error in response.json()["errors"]] == [["body", field]]

    async def test_says_why_a_common_password_is_refused(self, client: httpx2.AsyncClient) -> None:
        response = await client.post("/register", json=body(password="password123"))
        assert response.json()["errors"][0]["type"] == "common_password"

    @pytest.mark.parametrize("email", ["x@example.com", "x@test.local", "x@school.test", "müller@exämple.de"])
    async def test_takes_any_address_of_the_right_form(self, client: httpx2.AsyncClient, email: str) -> None:
        assert (await client.post("/register", json=body(email=email))).status_code == 201

    async def test_one_account_an_address_whatever_its_case(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/register", json=body())).status_code == 201
        assert code(await client.post("/register", json=body(email="ADA@Example.com")), 409) == "email_taken"

    async def test_twenty_at_once_make_one_account(self, client: httpx2.AsyncClient) -> None:
        addresses = ["ada@example.com", "ADA@example.com"] * 10
        answers = await asyncio.gather(*(client.post("/register", json=body(email=email)) for email in addresses))
        made = Counter(answer.status_code for answer in answers)
        assert made[201] == 1
        assert set(made) <= {201, 409, 503}

    async def test_signs_in_and_tells_the_others(self, register: Register, published: Events) -> None:
        person = await register(Role.TEACHER, email="Ada@Example.com")
        assert person.tokens["token_type"] == "bearer"
        assert person.tokens["expires_in"] == 900
        me = (await person.get("/me")).json()
        assert (me["email"], me["role"], me["is_verified"]) == ("Ada@example.com", "teacher", False)
        registered = {"user_id": me["id"], "email": me["email"], "name": me["name"], "role": "teacher", "locale": "en"}
        assert await published("user.registered", me["id"]) == [{**registered, "email_verified": False}]
        (mail,) = await published("user.mail_requested", me["id"])
        assert mail["purpose"] == "email_verification"


class TestMe:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/me")
        assert code(response, 401) == "unauthenticated"
        assert response.headers["www-authenticate"].startswith("Bearer")

    async def test_personal_data_is_not_stored_by_caches(self, student: Person) -> None:
        assert (await student.get("/me")).headers["cache-control"] == "no-store"

    async def test_the_token_says_what_the_account_is(self, teacher: Person) -> None:
        me = (await teacher.get("/me")).json()
        said = {name: teacher.claims[name] for name in ("role", "is_verified", "email_verified", "name")}
        assert said == {name: me[name] for name in said}


class TestChangeMe:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.patch("/me", json={"name": "Eve"}), 401) == "unauthenticated"

    @pytest.mark.parametrize(
        "change",
        [{"locale": "fr"}, {"name": ""}, {"name": None}, {"bio": "x" * 2001}, {"bio": "\x00"}, {"role": "admin"}],
    )
    async def test_refuses_what_is_not_valid(self, student: Person, change: dict[str, Any]) -> None:
        response = await student.patch("/me", json=change)
        assert code(response, 422) == "validation_failed"
        assert response.json()["errors"][0]["loc"] == ["body", *change]

    async def test_changes_what_is_sent_alone(self, student: Person, published: Events) -> None:
        before = (await student.get("/me")).json()
        answer = await student.patch("/me", json={"bio": "First\nprogrammer"})
        assert answer.json() == {**before, "bio": "First\nprogrammer"}
        assert (await student.get("/me")).json() == answer.json()
        assert await published("user.renamed") == []

    async def test_a_new_name_or_locale_is_told(self, student: Person, published: Events) -> None:
        await student.patch("/me", json={"name": "Augusta", "locale": "ru"})
        assert await published("user.renamed") == [{"user_id": student.id, "name": "Augusta", "locale": "ru"}]


class TestEraseMe:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.delete("/me"), 401) == "unauthenticated"

    async def test_the_last_admin_stays(self, admin: Person) -> None:
        assert code(await admin.call("DELETE", "/me"), 409) == "last_admin"
        assert (await admin.get("/me")).status_code == 200

    async def test_ends_access_at_once_and_tells_the_others(
        self, client: httpx2.AsyncClient, student: Person, published: Events
    ) -> None:
        assert (await student.call("DELETE", "/me")).status_code == 202
        assert code(await student.get("/me"), 401) == "access_revoked"
        assert (await student.refresh()).status_code == 401
        assert code(await student.login(), 401) == "bad_credentials"
        assert (await client.get(f"/users/{student.id}/public")).status_code == 404
        assert await published("user.erased") == [{"user_id": student.id}]
        (access,) = await published("user.access_changed")
        assert (access["user_id"], access["session_id"], access["is_active"]) == (student.id, None, False)

    async def test_leaves_no_trace(self, student: Person, admin: Person, runtime: IdentityContext) -> None:
        await student.patch("/me", {"name": "Ada King"})
        for _ in range(MAX_FAILURES):
            await student.login("not the password")
        (entry,) = (await admin.get(f"/admin/audit?target={student.id}")).json()["items"]
        assert set(entry["detail"]) == {"client"}
        assert (await student.call("DELETE", "/me")).status_code == 202
        entries = (await admin.get(f"/admin/audit?target={student.id}")).json()["items"]
        assert [(entry["action"], entry["detail"]) for entry in entries] == [
            ("user.erased", {}),
            ("login.locked_out", {}),
        ]
        async with runtime.database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(LoginFailures)) == 0
            events = await connection.scalars(select(OutboxEvent.data).where(OutboxEvent.subject == UUID(student.id)))
        assert len(events) == 5
        assert not [data for data in events if data.get("name") or data.get("email")]

    async def test_the_address_is_free_again(self, student: Person, register: Register) -> None:
        assert (await student.call("DELETE", "/me")).status_code == 202
        again = await register(email=student.email)
        assert again.id != student.id


class TestPublicUser:
    async def test_unknown_and_malformed(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.get(f"/users/{uuid4()}/public"), 404) == "user_not_found"
        assert code(await client.get("/users/7/public"), 422) == "validation_failed"

    async def test_gives_nothing_private(self, client: httpx2.AsyncClient, teacher: Person) -> None:
        answer = (await client.get(f"/users/{teacher.id}/public")).json()
        assert answer == {"id": teacher.id, "name": "Ada Lovelace", "role": "teacher", "bio": ""}


class TestPublicUsers:
    @pytest.mark.parametrize("ids", ["", "7", "%00", ",".join([str(UUID(int=7))] * 101), "x" * 6000])
    async def test_refuses_what_is_no_list_of_ids(self, client: httpx2.AsyncClient, ids: str) -> None:
        response = await client.get(f"/users?ids={ids}")
        assert code(response, 422) == "validation_failed"
        assert response.json()["errors"][0]["loc"] == ["query", "ids"]

    async def test_in_the_order_asked_for(self, client: httpx2.AsyncClient, student: Person, teacher: Person) -> None:
        asked = [teacher.id, str(uuid4()), student.id, teacher.id]
        page = (await client.get("/users", params={"ids": ",".join(asked)})).json()
        assert [user["id"] for user in page["items"]] == [teacher.id, student.id]
        assert (page["total"], page["next_cursor"]) == (2, None)


class TestApplication:
    async def test_refusals(self, client: httpx2.AsyncClient, student: Person) -> None:
        text = {"text": "I teach."}
        assert code(await client.post("/me/application", json=text), 401) == "unauthenticated"
        assert code(await student.post("/me/application", text), 403) == "role_required"

    async def test_its_text_reaches_the_admins(self, teacher: Person, admin: Person) -> None:
        answer = await teacher.post("/me/application", {"text": "Ten years of algebra."})
        assert answer.status_code == 202
        assert answer.json() == {"status": "pending", "text": "Ten years of algebra.", "reason": None}
        (pending,) = (await admin.get("/admin/teachers/pending")).json()["items"]
        assert pending["application"] == "Ten years of algebra."

    async def test_again_after_a_rejection(self, teacher: Person, admin: Person) -> None:
        await admin.patch(f"/admin/users/{teacher.id}/reject", json={"reason": "Tell us more."})
        assert (await teacher.get("/me/application")).json()["reason"] == "Tell us more."
        assert (await admin.get("/admin/teachers/pending")).json()["total"] == 0
        await teacher.post("/me/application", {"text": "More."})
        assert (await teacher.get("/me/application")).json()["status"] == "pending"
        assert (await admin.get("/admin/teachers/pending")).json()["total"] == 1

    async def test_not_once_verified(self, teacher: Person, admin: Person) -> None:
        await admin.patch(f"/admin/users/{teacher.id}/verify")
        assert code(await teacher.post("/me/application", {"text": "Again."}), 409) == "already_verified"
