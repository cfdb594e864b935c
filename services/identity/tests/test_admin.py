"""What admins do: teachers, accounts, the audit log, the first admin."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.settings import Misconfigured
from edu_common.testing.keys import service_call
from edu_identity.context import IdentityContext
from edu_identity.models import AuditEntry
from edu_identity.settings import IdentitySettings
from edu_identity.tasks import FirstAdmin, create_first_admin

from .conftest import Events, Person, Register, code

NOBODY = UUID(int=7)
ROUTES = [
    ("GET", "/admin/teachers/pending", None),
    ("GET", "/admin/users", None),
    ("GET", "/admin/audit", None),
    ("PATCH", f"/admin/users/{NOBODY}", {"is_active": False}),
    ("PATCH", f"/admin/users/{NOBODY}/verify", None),
    ("PATCH", f"/admin/users/{NOBODY}/reject", {"reason": "No."}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
class TestEveryRoute:
    async def test_anonymous(self, client: httpx2.AsyncClient, method: str, path: str, body: Any) -> None:
        assert code(await client.request(method, path, json=body), 401) == "unauthenticated"

    async def test_others(self, student: Person, teacher: Person, method: str, path: str, body: Any) -> None:
        for person in (student, teacher):
            assert code(await person.call(method, path, json=body), 403) == "role_required"

    async def test_unknown_user(self, admin: Person, method: str, path: str, body: Any) -> None:
        if method == "PATCH":
            assert code(await admin.call(method, path, json=body), 404) == "user_not_found"
        else:
            assert (await admin.call(method, path)).json()["items"] is not None


class TestPendingTeachers:
    async def test_oldest_first_by_pages(self, admin: Person, register: Register) -> None:
        teachers = [await register(Role.TEACHER) for _ in range(3)]
        await register()
        seen: list[str] = []
        cursor = None
        while True:
            query = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
            page = (await admin.get("/admin/teachers/pending", params=query)).json()
            assert page["total"] == 3
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == [teacher.id for teacher in teachers]
        assert set(page["items"][0]) == {"id", "email", "name", "created_at", "application"}


class TestVerify:
    async def test_only_teachers(self, admin: Person, student: Person) -> None:
        assert code(await admin.patch(f"/admin/users/{student.id}/verify"), 409) == "not_a_teacher"

    async def test_malformed_id(self, admin: Person) -> None:
        assert code(await admin.patch("/admin/users/7/verify"), 422) == "validation_failed"

    async def test_once_whoever_asks_at_the_same_time(self, admin: Person, teacher: Person, published: Events) -> None:
        path = f"/admin/users/{teacher.id}/verify"
        answers = await asyncio.gather(*(admin.patch(path) for _ in range(20)))
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
        assert code(await admin.patch(path), 409) == "already_verified"
        assert await published("user.teacher_verified") == [{"user_id": teacher.id}]
        (entry,) = (await admin.get("/admin/audit?action=teacher.verified")).json()["items"]
        assert (entry["actor"], entry["target"]) == (admin.id, teacher.id)
        assert (await admin.get("/admin/teachers/pending")).json()["items"] == []

    async def test_the_next_token_says_so(self, admin: Person, teacher: Person) -> None:
        answer = await admin.patch(f"/admin/users/{teacher.id}/verify")
        assert answer.json()["is_verified"] is True
        assert (await teacher.get("/me")).json()["is_verified"] is True
        teacher.tokens = (await teacher.refresh()).json()
        assert teacher.claims["is_verified"] is True


class TestReject:
    async def test_a_reason_is_needed(self, admin: Person, teacher: Person) -> None:
        for body in ({}, {"reason": ""}, {"reason": " \n"}, {"reason": "x" * 1001}):
            assert (await admin.patch(f"/admin/users/{teacher.id}/reject", json=body)).status_code == 422

    async def test_only_teachers_not_yet_verified(self, admin: Person, student: Person, teacher: Person) -> None:
        reason = {"reason": "No."}
        assert code(await admin.patch(f"/admin/users/{student.id}/reject", json=reason), 409) == "not_a_teacher"
        await admin.patch(f"/admin/users/{teacher.id}/verify")
        assert code(await admin.patch(f"/admin/users/{teacher.id}/reject", json=reason), 409) == "already_verified"

    async def test_the_teacher_is_told_why(self, admin: Person, teacher: Person, published: Events) -> None:
        answer = await admin.patch(f"/admin/users/{teacher.id}/reject", json={"reason": "Tell us more."})
        assert answer.status_code == 200
        assert await published("user.teacher_rejected") == [{"user_id": teacher.id, "reason": "Tell us more."}]


class TestListUsers:
    async def test_finds_and_filters(self, admin: Person, register: Register) -> None:
        grace = await register(Role.TEACHER, name="Grace 100% Hopper", email="grace@example.com")
        alan = await register(name="Алан Тьюринг")
        await admin.patch(f"/admin/users/{alan.id}", json={"is_active": False})
        wanted = {
            "q=HOPPER": {grace.id},
            "q=grace@": {grace.id},
            "q=100%25": {grace.id},
            "q=%25": {grace.id},
            "q=алан": {alan.id},
            "q=%27": set[str](),
            "role=teacher": {grace.id},
            "status=disabled": {alan.id},
            "status=active": {grace.id, admin.id},
            "role=student&status=active": set[str](),
        }
        for query, found in wanted.items():
            items = (await admin.get(f"/admin/users?{query}")).json()["items"]
            assert {item["id"] for item in items} == found, query

    @pytest.mark.parametrize("query", ["q=%00", f"q={'x' * 5000}", "role=king", "status=x", "cursor=x", "limit=0"])
    async def test_refuses_nonsense(self, admin: Person, query: str) -> None:
        assert code(await admin.get(f"/admin/users?{query}"), 422) == "validation_failed"

    async def test_a_cursor_belongs_to_its_filters(self, admin: Person, student: Person) -> None:
        cursor = (await admin.get("/admin/users?limit=1")).json()["next_cursor"]
        assert (await admin.get("/admin/users", params={"limit": 1, "cursor": cursor})).status_code == 200
        stolen = await admin.get("/admin/users", params={"limit": 1, "cursor": cursor, "role": "admin"})
        assert code(stolen, 422) == "validation_failed"


class TestChangeUser:
    @pytest.mark.parametrize(
        "body", [{"role": "king"}, {"role": None}, {"is_active": None}, {"email": "x@example.com"}]
    )
    async def test_refuses_nonsense(self, admin: Person, student: Person, body: Any) -> None:
        assert code(await admin.patch(f"/admin/users/{student.id}", json=body), 422) == "validation_failed"

    async def test_disabling_ends_everything_at_once(self, admin: Person, student: Person, published: Events) -> None:
        answer = await admin.patch(f"/admin/users/{student.id}", json={"is_active": False})
        assert answer.json()["is_active"] is False
        assert code(await student.get("/me"), 401) == "access_revoked"
        assert (await student.refresh()).status_code == 401
        (told,) = await published("user.access_changed", student.id)
        assert (told["session_id"], told["is_active"], told["role"]) == (None, False, "student")
        assert (await admin.get(f"/users/{student.id}/public")).status_code == 404

    async def test_enabling_lets_in_again(self, admin: Person, student: Person) -> None:
        for is_active in (False, True):
            await admin.patch(f"/admin/users/{student.id}", json={"is_active": is_active})
        assert (await student.login()).status_code == 200
        assert (await student.get("/me")).status_code == 200
        entries = (await admin.get(f"/admin/audit?target={student.id}")).json()["items"]
        assert [entry["action"] for entry in entries] == ["user.enabled", "user.disabled"]

    async def test_what_stays_the_same_is_no_deed(self, admin: Person, student: Person) -> None:
        await admin.patch(f"/admin/users/{student.id}", json={"is_active": True, "role": "student"})
        assert (await student.get("/me")).status_code == 200
        assert (await admin.get(f"/admin/audit?target={student.id}")).json()["items"] == []

    async def test_verification_goes_with_the_role(self, admin: Person, teacher: Person) -> None:
        await admin.patch(f"/admin/users/{teacher.id}/verify")
        answer = await admin.patch(f"/admin/users/{teacher.id}", json={"role": "student"})
        assert (answer.json()["role"], answer.json()["is_verified"]) == ("student", False)
        (entry,) = (await admin.get("/admin/audit?action=user.role_changed")).json()["items"]
        assert entry["detail"] == {"from": "teacher", "to": "student"}
        answer = await admin.patch(f"/admin/users/{teacher.id}", json={"role": "teacher"})
        assert (answer.json()["role"], answer.json()["is_verified"]) == ("teacher", False)
        await teacher.login()
        assert teacher.claims["is_verified"] is False

    @pytest.mark.parametrize("body", [{"is_active": False}, {"role": "student"}])
    async def test_the_last_admin_stays(self, admin: Person, body: Any) -> None:
        assert code(await admin.patch(f"/admin/users/{admin.id}", json=body), 409) == "last_admin"
        assert (await admin.get("/admin/users")).status_code == 200

    @pytest.mark.parametrize("body", [{"is_active": False}, {"role": "student"}])
    async def test_two_admins_at_once_leave_one(self, register: Register, body: Any) -> None:
        one, two = await register(Role.ADMIN), await register(Role.ADMIN)
        answers = await asyncio.gather(
            one.patch(f"/admin/users/{two.id}", json=body), two.patch(f"/admin/users/{one.id}", json=body)
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 200
        assert statuses[1] in {401, 403}
        left = one if answers[0].status_code == 200 else two
        admins = (await left.get("/admin/users?role=admin&status=active")).json()["items"]
        assert [item["id"] for item in admins] == [left.id]


class TestAudit:
    async def test_filters_by_actor(self, admin: Person, student: Person) -> None:
        await admin.patch(f"/admin/users/{student.id}", json={"is_active": False})
        for actor, count in ((admin.id, 1), (student.id, 0)):
            assert (await admin.get(f"/admin/audit?actor={actor}")).json()["total"] == count

    @pytest.mark.parametrize("query", ["actor=me", "target=7", "action=unheard.of"])
    async def test_refuses_nonsense(self, admin: Person, query: str) -> None:
        assert code(await admin.get(f"/admin/audit?{query}"), 422) == "validation_failed"

    @pytest.mark.parametrize("change", [update(AuditEntry).values(actor=None), delete(AuditEntry)])
    async def test_the_database_refuses_changes(
        self, admin: Person, student: Person, runtime: IdentityContext, change: Any
    ) -> None:
        await admin.patch(f"/admin/users/{student.id}", json={"is_active": False})
        with pytest.raises(DBAPIError, match="append-only"):
            async with runtime.database.unit_of_work() as unit:
                await unit.execute(change)
        assert (await admin.get(f"/admin/audit?actor={admin.id}")).json()["total"] == 1


class TestActionsInOtherServices:
    @staticmethod
    def event(action: str, source: str, actor: Person, target: Person) -> dict[str, Any]:
        detail = {"payment_id": str(NOBODY), "outcome": "completed"}
        data = {"actor_id": actor.id, "action": action, "target_id": target.id, "detail": detail}
        head = {"id": str(new_id()), "source": source, "type": "admin.acted", "subject": actor.id}
        return {**head, "time": "2026-11-30T12:00:00Z", "data": data}

    async def test_are_in_the_log_once_and_with_their_time(self, admin: Person, student: Person) -> None:
        event = self.event("payment.settled", "payment", admin, student)
        for _ in range(2):
            answer = await admin.http.post(
                "/internal/events", json=[event], headers=service_call("payment", audience="identity")
            )
            assert answer.json() == {"accepted": [event["id"]], "failed": {}}
        (entry,) = (await admin.get("/admin/audit?action=payment.settled")).json()["items"]
        assert (entry["actor"], entry["target"]) == (admin.id, student.id)
        assert (entry["created_at"], entry["detail"]) == ("2026-11-30T12:00:00Z", event["data"]["detail"])

    @pytest.mark.parametrize("action", ["course.taken_down", "user.disabled", "unheard.of"])
    async def test_of_another_service_are_rejected(self, admin: Person, student: Person, action: str) -> None:
        event = self.event(action, "payment", admin, student)
        headers = service_call("payment", audience="identity")
        answer = await admin.http.post("/internal/events", json=[event], headers=headers)
        assert list(answer.json()["failed"]) == [event["id"]]
        assert (await admin.get("/admin/audit")).json()["items"] == []


class TestFirstAdmin:
    async def test_is_made_once(self, client: httpx2.AsyncClient, runtime: IdentityContext) -> None:
        configured = FirstAdmin(email="Root@example.com", password="password123")
        await asyncio.gather(*(create_first_admin(runtime, configured) for _ in range(5)))
        root = Person(client, "root@example.com", "password123")
        assert (await root.login()).status_code == 200
        (entry,) = (await root.get("/admin/audit")).json()["items"]
        assert (entry["action"], entry["target"]) == ("admin.bootstrapped", root.id)

    async def test_leaves_an_existing_account_alone(self, student: Person, runtime: IdentityContext) -> None:
        await create_first_admin(runtime, FirstAdmin(email=student.email, password="password123"))
        assert (await student.get("/me")).json()["role"] == "student"
        assert (await student.login("password123")).status_code == 401
        async with runtime.database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(AuditEntry)) == 0

    @pytest.mark.parametrize(
        ("chosen", "fault"),
        [
            ({"bootstrap_admin_email": "root"}, "BOOTSTRAP_ADMIN_EMAIL"),
            ({"bootstrap_admin_email": "root@example.com"}, "BOOTSTRAP_ADMIN_PASSWORD"),
            (
                {"bootstrap_admin_email": "root@example.com", "bootstrap_admin_password_file": "/nowhere"},
                "BOOTSTRAP_ADMIN_PASSWORD_FILE",
            ),
        ],
    )
    def test_names_the_setting_that_is_wrong(self, settings: IdentitySettings, chosen: Any, fault: str) -> None:
        with pytest.raises(Misconfigured, match=fault):
            FirstAdmin.configured(IdentitySettings.model_validate({**settings.model_dump(), **chosen}))
