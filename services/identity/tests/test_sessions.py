"""Sessions: sign-in, lock-out, refresh, sign-out."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import bcrypt
import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select, update

from edu_common.ids import utc_now
from edu_identity.context import IdentityContext
from edu_identity.lockouts.repository import MAX_FAILURES
from edu_identity.models import LoginFailures, RefreshToken, Session, User
from edu_identity.tokens import RefreshChain, token_hash

from .conftest import PASSWORD, Events, Person, Register, code


class TestLogin:
    async def test_wrong_password_and_unknown_account_look_the_same(
        self, client: httpx2.AsyncClient, student: Person
    ) -> None:
        wrong = await student.login("not the password")
        unknown = await client.post("/login", json={"email": "nobody@example.com", "password": "not the password"})
        assert code(wrong, 401) == code(unknown, 401) == "bad_credentials"
        assert wrong.json()["detail"] == unknown.json()["detail"]
        assert wrong.headers["www-authenticate"]

    @pytest.mark.parametrize("password", ["", "x" * 129, None, 7])
    async def test_refuses_nonsense(self, client: httpx2.AsyncClient, password: Any) -> None:
        response = await client.post("/login", json={"email": "a@example.com", "password": password})
        assert code(response, 422) == "validation_failed"

    async def test_the_address_in_any_case(self, student: Person) -> None:
        student.email = student.email.upper()
        assert (await student.login()).status_code == 200

    async def test_a_disabled_account_only_tells_who_knows_the_password(self, student: Person, admin: Person) -> None:
        await admin.patch(f"/admin/users/{student.id}", json={"is_active": False})
        assert code(await student.login("not the password"), 401) == "bad_credentials"
        assert code(await student.login(), 403) == "account_disabled"

    async def test_refuses_half_a_character(self, client: httpx2.AsyncClient) -> None:
        content = '{"email": "a@example.com", "password": "\\ud800"}'
        response = await client.post("/login", content=content, headers={"Content-Type": "application/json"})
        assert code(response, 422) == "validation_failed"

    async def test_an_older_hash_is_brought_up_to_date(self, student: Person, runtime: IdentityContext) -> None:
        old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(update(User).values(password_hash=old))
        assert code(await student.login("not the password"), 401) == "bad_credentials"
        answers = await asyncio.gather(student.login(), student.login())
        assert [answer.status_code for answer in answers] == [200, 200]
        async with runtime.database.read() as connection:
            assert str(await connection.scalar(select(User.password_hash))).startswith(
                "$argon2id$v=19$m=19456,t=2,p=1$"
            )
        assert (await student.login()).status_code == 200

    async def test_two_hundred_at_once_are_served_or_sent_away(self, student: Person) -> None:
        async def login() -> httpx2.Response:
            return await student.http.post("/login", json={"email": student.email, "password": PASSWORD})

        answers = await asyncio.gather(*(login() for _ in range(200)))
        statuses = Counter(answer.status_code for answer in answers)
        assert set(statuses) <= {200, 503}
        assert statuses[200] >= 1
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status_code == 503)


class TestCookie:
    async def test_for_the_browser_alone(self, student: Person) -> None:
        cookie = (await student.login()).headers["set-cookie"]
        assert cookie.startswith(f"edu_refresh={student.tokens['refresh_token']};")
        for part in ("HttpOnly", "SameSite=lax", "Path=/api/identity", "Max-Age=2592000"):
            assert part in cookie
        assert "Secure" not in cookie

    async def test_secure_when_the_proxy_says_https(self, student: Person) -> None:
        answer = await student.login(headers={"X-Forwarded-Proto": "https"})
        assert "Secure" in answer.headers["set-cookie"]

    async def test_the_word_of_no_proxy_counts_for_nothing(self, app: FastAPI, student: Person) -> None:
        transport = httpx2.ASGITransport(app, client=("203.0.113.9", 1))
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as stranger:
            answer = await stranger.post(
                "/login",
                json={"email": student.email, "password": PASSWORD},
                headers={"X-Forwarded-Proto": "https"},
            )
        assert "Secure" not in answer.headers["set-cookie"]


class TestLockOut:
    async def test_after_ten_wrong_passwords_the_right_one_is_refused_too(self, student: Person, admin: Person) -> None:
        for _ in range(MAX_FAILURES):
            assert (await student.login("not the password")).status_code == 401
        for password in ("not the password", PASSWORD):
            refused = await student.login(password)
            assert code(refused, 429) == "locked_out"
            assert 0 < int(refused.headers["retry-after"]) <= 900
        (entry,) = (await admin.get("/admin/audit?action=login.locked_out")).json()["items"]
        assert entry["target"] == student.id

    async def test_parallel_guesses_get_no_further(self, student: Person) -> None:
        statuses: Counter[int] = Counter()
        while not statuses[429]:
            guesses = await asyncio.gather(*(student.login("not the password") for _ in range(30)))
            statuses.update(answer.status_code for answer in guesses)
        assert statuses[401] == MAX_FAILURES
        assert set(statuses) <= {401, 429, 503}
        assert (await student.login()).status_code == 429

    async def test_unknown_accounts_lock_just_the_same(self, client: httpx2.AsyncClient) -> None:
        nobody = Person(client, "nobody@example.com")
        statuses = [(await nobody.login()).status_code for _ in range(MAX_FAILURES + 1)]
        assert statuses == [401] * MAX_FAILURES + [429]

    async def test_other_clients_are_let_in(self, student: Person) -> None:
        for _ in range(MAX_FAILURES + 1):
            await student.login("not the password", headers={"X-Forwarded-For": "203.0.113.1"})
        assert (await student.login(headers={"X-Forwarded-For": "203.0.113.1"})).status_code == 429
        assert (await student.login(headers={"X-Forwarded-For": "203.0.113.2"})).status_code == 200

    async def test_a_right_password_starts_the_count_anew(self, student: Person) -> None:
        for _ in range(MAX_FAILURES - 1):
            await student.login("not the password")
        assert (await student.login()).status_code == 200
        assert (await student.login("not the password")).status_code == 401
        assert (await student.login()).status_code == 200

    async def test_ends(self, student: Person, runtime: IdentityContext) -> None:
        for _ in range(MAX_FAILURES):
            await student.login("not the password")
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(update(LoginFailures).values(ends_at=utc_now()))
        assert (await student.login("not the password")).status_code == 401
        assert (await student.login()).status_code == 200


async def age_replaced_tokens(runtime: IdentityContext, seconds: int) -> None:
    """Make replaced tokens older by that much time."""
    async with runtime.database.unit_of_work() as unit:
        await unit.execute(
            update(RefreshToken).values(replaced_at=RefreshToken.replaced_at - timedelta(seconds=seconds))
        )


class TestRefresh:
    @pytest.mark.parametrize("body", [None, {}, {"refresh_token": None}, {"refresh_token": "made up"}])
    async def test_without_a_good_token(self, client: httpx2.AsyncClient, body: Any) -> None:
        assert code(await client.post("/refresh", json=body), 401) == "invalid_refresh_token"

    async def test_an_access_token_is_none(self, student: Person) -> None:
        assert (await student.refresh(student.tokens["access_token"])).status_code == 422
        assert (
            await student.http.get("/me", headers={"Authorization": f"Bearer {student.tokens['refresh_token']}"})
        ).status_code == 401

    async def test_gives_another_pair_of_the_same_session(self, student: Person) -> None:
        before = student.claims
        answer = await student.refresh()
        assert answer.status_code == 200
        assert answer.json()["refresh_token"] != student.tokens["refresh_token"]
        student.tokens = answer.json()
        assert student.claims["sid"] == before["sid"]
        assert student.claims["jti"] != before["jti"]
        assert (await student.get("/me")).status_code == 200

    async def test_by_cookie(self, student: Person) -> None:
        headers = {"Cookie": f"edu_refresh={student.tokens['refresh_token']}"}
        answer = await student.http.post("/api/identity/refresh", headers=headers)
        assert answer.status_code == 200
        assert answer.json()["refresh_token"] in answer.headers["set-cookie"]

    async def test_twenty_at_once_get_one_successor(self, student: Person, runtime: IdentityContext) -> None:
        answers = await asyncio.gather(*(student.refresh() for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        (successor,) = {answer.json()["refresh_token"] for answer in answers}
        await age_replaced_tokens(runtime, 11)
        assert (await student.refresh(successor)).status_code == 200

    async def test_the_grace_leads_to_the_end_of_the_chain(self, student: Person, runtime: IdentityContext) -> None:
        chain = [student.tokens["refresh_token"]]
        for _ in range(3):
            chain.append((await student.refresh(chain[-1])).json()["refresh_token"])
        late = [(await student.refresh(token)).json()["refresh_token"] for token in chain[:-1]]
        assert late == [chain[-1]] * 3
        await age_replaced_tokens(runtime, 11)
        assert (await student.refresh(chain[-1])).status_code == 200

    async def test_reuse_after_the_grace_ends_the_session(
        self, student: Person, admin: Person, runtime: IdentityContext, published: Events
    ) -> None:
        stolen = student.tokens["refresh_token"]
        for _ in range(3):
            student.tokens = (await student.refresh()).json()
        await age_replaced_tokens(runtime, 11)
        assert code(await student.refresh(stolen), 401) == "refresh_reused"
        assert code(await student.refresh(), 401) == "invalid_refresh_token"
        assert code(await student.get("/me"), 401) == "access_revoked"
        (told,) = await published("user.access_changed", student.id)
        assert told["session_id"] == student.claims["sid"]
        (entry,) = (await admin.get("/admin/audit?action=session.refresh_reused")).json()["items"]
        assert entry["target"] == student.id

    @pytest.mark.parametrize("seconds", [60, 20 * 24 * 3600])
    async def test_a_retry_after_a_lost_response_gets_the_same_successor(
        self, student: Person, runtime: IdentityContext, seconds: int
    ) -> None:
        lost = student.tokens["refresh_token"]
        successor = (await student.refresh(lost)).json()["refresh_token"]
        await age_replaced_tokens(runtime, seconds)
        for _ in range(2):
            assert (await student.refresh(lost)).json()["refresh_token"] == successor
        assert (await student.refresh(successor)).status_code == 200

    async def test_two_tabs_may_use_both_tokens_when_the_successor_is_used(
        self, student: Person, runtime: IdentityContext
    ) -> None:
        first = student.tokens["refresh_token"]
        second = (await student.refresh(first)).json()["refresh_token"]
        await age_replaced_tokens(runtime, 60)
        answers = await asyncio.gather(*(student.refresh(token) for token in [first, second] * 5))
        assert {answer.status_code for answer in answers} == {200}
        third = (await student.refresh(second)).json()["refresh_token"]
        assert {answer.json()["refresh_token"] for answer in answers} <= {second, third}
        await age_replaced_tokens(runtime, 11)
        assert code(await student.refresh(first), 401) == "refresh_reused"
        assert code(await student.refresh(third), 401) == "invalid_refresh_token"

    async def test_while_the_key_is_rotated_each_process_continues_the_chain(
        self, student: Person, runtime: IdentityContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = student.tokens["refresh_token"]
        old = (await student.refresh(first)).json()["refresh_token"]
        monkeypatch.setattr(runtime, "refresh_chain", RefreshChain(SecretStr("the key of another process")))
        new = (await student.refresh(first)).json()["refresh_token"]
        assert new != old
        assert [(await student.refresh(token)).status_code for token in (old, new)] == [200, 200]
        await age_replaced_tokens(runtime, 11)
        assert code(await student.refresh(first), 401) == "refresh_reused"

    async def test_an_expired_session(self, student: Person, runtime: IdentityContext) -> None:
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(update(Session).values(expires_at=utc_now()))
        assert code(await student.refresh(), 401) == "invalid_refresh_token"

    async def test_brings_the_new_role(self, student: Person, admin: Person) -> None:
        await admin.patch(f"/admin/users/{student.id}", json={"role": "teacher"})
        assert code(await student.get("/me"), 401) == "access_revoked"
        student.tokens = (await student.refresh()).json()
        assert student.claims["role"] == "teacher"
        assert (await student.get("/me")).status_code == 200

    async def test_a_token_made_during_a_demotion_is_void(self, register: Register, admin: Person) -> None:
        """Whichever of the two comes first, no token with the old role is valid afterwards."""
        for _ in range(5):
            person = await register()
            answer, _ = await asyncio.gather(
                person.refresh(), admin.patch(f"/admin/users/{person.id}", json={"role": "teacher"})
            )
            person.tokens = answer.json()
            allowed = (await person.get("/me")).status_code == 200
            assert not allowed or person.claims["role"] == "teacher"

    async def test_the_database_has_no_token(self, student: Person, runtime: IdentityContext) -> None:
        async with runtime.database.read() as connection:
            stored = await connection.scalars(select(RefreshToken.token_hash))
        assert stored == [token_hash(student.tokens["refresh_token"])]


class TestLogout:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.post("/logout"), 401) == "unauthenticated"

    async def test_ends_this_session_alone(self, student: Person, published: Events) -> None:
        other = Person(student.http, student.email)
        await other.login()
        answer = await student.post("/logout")
        assert answer.status_code == 204
        assert 'edu_refresh=""' in answer.headers["set-cookie"]
        assert code(await student.get("/me"), 401) == "access_revoked"
        assert code(await student.refresh(), 401) == "invalid_refresh_token"
        assert (await other.get("/me")).status_code == 200
        assert [event["session_id"] for event in await published("user.access_changed")] == [student.claims["sid"]]


class TestLogoutEverywhere:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.post("/logout-all"), 401) == "unauthenticated"

    async def test_ends_all_of_this_user_alone(self, student: Person, teacher: Person, published: Events) -> None:
        other = Person(student.http, student.email)
        await other.login()
        assert (await student.post("/logout-all")).status_code == 204
        for person in (student, other):
            assert code(await person.get("/me"), 401) == "access_revoked"
            assert (await person.refresh()).status_code == 401
        assert (await teacher.get("/me")).status_code == 200
        (told,) = await published("user.access_changed")
        assert (told["session_id"], told["is_active"], told["role"]) == (None, True, "student")

    async def test_signing_in_again_works_at_once(self, student: Person) -> None:
        await student.post("/logout-all")
        await student.login()
        assert (await student.get("/me")).status_code == 200


class TestListSessions:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.get("/me/sessions"), 401) == "unauthenticated"

    async def test_own_ones_with_the_current_marked(self, student: Person, teacher: Person) -> None:
        other = Person(student.http, student.email)
        await other.login(headers={"User-Agent": "Netscape/4.0 " + "x" * 500})
        page = (await student.get("/me/sessions")).json()
        assert page["total"] == 2
        assert [item["current"] for item in page["items"]] == [False, True]
        assert page["items"][0]["user_agent"].startswith("Netscape/4.0")
        assert {item["id"] for item in page["items"]} == {student.claims["sid"], other.claims["sid"]}

    async def test_by_pages(self, student: Person, teacher: Person) -> None:
        await Person(student.http, student.email).login()
        first = (await student.get("/me/sessions?limit=1")).json()
        second = (await student.get("/me/sessions", params={"limit": 1, "cursor": first["next_cursor"]})).json()
        assert first["items"][0]["id"] != second["items"][0]["id"]
        assert second["next_cursor"] is None
        stolen = await teacher.get("/me/sessions", params={"cursor": first["next_cursor"]})
        assert code(stolen, 422) == "validation_failed"


class TestEndSession:
    async def test_anonymous_others_and_unknown(
        self, client: httpx2.AsyncClient, student: Person, teacher: Person
    ) -> None:
        path = f"/me/sessions/{student.claims['sid']}"
        assert code(await client.delete(path), 401) == "unauthenticated"
        assert code(await teacher.call("DELETE", path), 404) == "session_not_found"
        assert code(await student.call("DELETE", f"/me/sessions/{uuid4()}"), 404) == "session_not_found"
        assert (await student.get("/me")).status_code == 200

    async def test_ends_another_device(self, student: Person) -> None:
        other = Person(student.http, student.email)
        await other.login()
        assert (await student.call("DELETE", f"/me/sessions/{other.claims['sid']}")).status_code == 204
        assert code(await other.get("/me"), 401) == "access_revoked"
        assert (await student.get("/me")).status_code == 200
