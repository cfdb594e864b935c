"""Passwords: change, and reset by mail."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select, text, update

from edu_common.ids import utc_now
from edu_identity.accounts import repository as accounts
from edu_identity.context import IdentityContext
from edu_identity.lockouts.repository import MAX_FAILURES
from edu_identity.models import MailRequest, OneTimeToken, Purpose
from edu_identity.one_time_tokens.service import MAX_MAILS
from edu_identity.tokens import token_hash

from .conftest import PASSWORD, Events, IssueToken, Person, code

NEW = "another long secret"


class TestChangePassword:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        response = await client.post("/me/password", json={"current": PASSWORD, "new": NEW})
        assert code(response, 401) == "unauthenticated"

    async def test_the_current_one_is_asked_for(self, student: Person) -> None:
        response = await student.post("/me/password", {"current": "not the password", "new": NEW})
        assert code(response, 403) == "wrong_password"
        assert (await student.login()).status_code == 200

    @pytest.mark.parametrize("new", ["short", "iloveyou", "x" * 129])
    async def test_the_new_one_is_held_to_the_rules(self, student: Person, new: str) -> None:
        response = await student.post("/me/password", {"current": PASSWORD, "new": new})
        assert code(response, 422) == "validation_failed"
        assert response.json()["errors"][0]["loc"] == ["body", "new"]

    async def test_guessing_locks_out(self, student: Person) -> None:
        for _ in range(MAX_FAILURES):
            await student.post("/me/password", {"current": "not the password", "new": NEW})
        assert code(await student.post("/me/password", {"current": PASSWORD, "new": NEW}), 429) == "locked_out"

    async def test_ends_all_sessions_but_this_one(self, student: Person, admin: Person, published: Events) -> None:
        other = Person(student.http, student.email)
        await other.login()
        assert (await student.post("/me/password", {"current": PASSWORD, "new": NEW})).status_code == 204
        assert (await student.get("/me")).status_code == 200
        assert (await student.refresh()).status_code == 200
        assert code(await other.get("/me"), 401) == "access_revoked"
        assert (await other.refresh()).status_code == 401
        assert [event["session_id"] for event in await published("user.access_changed")] == [other.claims["sid"]]
        assert (await student.login(PASSWORD)).status_code == 401
        assert (await student.login(NEW)).status_code == 200
        (entry,) = (await admin.get("/admin/audit?action=password.changed")).json()["items"]
        assert (entry["actor"], entry["target"]) == (student.id, student.id)

    async def test_of_two_at_once_one_wins(self, student: Person) -> None:
        answers = await asyncio.gather(
            *(student.post("/me/password", {"current": PASSWORD, "new": f"{NEW} {i}"}) for i in range(2))
        )
        assert sorted(answer.status_code for answer in answers) == [204, 403]


class TestForgotPassword:
    async def test_the_answer_is_always_the_same(
        self, client: httpx2.AsyncClient, student: Person, published: Events
    ) -> None:
        known = await client.post("/password/forgot", json={"email": student.email.upper()})
        unknown = await client.post("/password/forgot", json={"email": "nobody@example.com"})
        assert known.status_code == unknown.status_code == 202
        assert known.json() == unknown.json()
        mails = [mail for mail in await published("user.mail_requested") if mail["purpose"] == "password_reset"]
        assert [mail["user_id"] for mail in mails] == [student.id]
        assert set(mails[0]) == {"user_id", "email", "name", "locale", "purpose"}

    async def test_a_mailbox_is_not_flooded(
        self, client: httpx2.AsyncClient, student: Person, published: Events
    ) -> None:
        requests = (client.post("/password/forgot", json={"email": student.email}) for _ in range(60))
        assert {answer.status_code for answer in await asyncio.gather(*requests)} == {202}
        purposes = [mail["purpose"] for mail in await published("user.mail_requested", student.id)]
        assert Counter(purposes) == {"password_reset": MAX_MAILS, "email_verification": 1}

    async def test_another_mail_once_a_token_was_used_or_expired(
        self,
        client: httpx2.AsyncClient,
        student: Person,
        issue: IssueToken,
        published: Events,
        runtime: IdentityContext,
    ) -> None:
        async def request_all() -> int:
            for _ in range(MAX_MAILS + 1):
                await client.post("/password/forgot", json={"email": student.email})
            return sum(mail["purpose"] == "password_reset" for mail in await published("user.mail_requested"))

        assert await request_all() == MAX_MAILS
        token = await issue(student, Purpose.PASSWORD_RESET)
        assert (await client.post("/password/reset", json={"token": token, "password": NEW})).status_code == 204
        assert await request_all() == 2 * MAX_MAILS
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(update(MailRequest).values(expires_at=utc_now()))
        assert await request_all() == 3 * MAX_MAILS


class TestResetPassword:
    async def test_refuses_a_made_up_token(self, client: httpx2.AsyncClient) -> None:
        response = await client.post("/password/reset", json={"token": "made up", "password": NEW})
        assert code(response, 400) == "invalid_token"

    async def test_refuses_a_token_for_something_else(self, student: Person, issue: IssueToken) -> None:
        token = await issue(student, Purpose.EMAIL_VERIFICATION)
        assert code(await student.post("/password/reset", {"token": token, "password": NEW}), 400) == "invalid_token"

    async def test_refuses_an_expired_token(self, student: Person, issue: IssueToken, runtime: IdentityContext) -> None:
        token = await issue(student, Purpose.PASSWORD_RESET)
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(update(OneTimeToken).values(expires_at=utc_now() - timedelta(seconds=1)))
        assert code(await student.post("/password/reset", {"token": token, "password": NEW}), 400) == "invalid_token"

    async def test_a_refused_password_leaves_the_token_good(self, student: Person, issue: IssueToken) -> None:
        token = await issue(student, Purpose.PASSWORD_RESET)
        assert (await student.post("/password/reset", {"token": token, "password": "password"})).status_code == 422
        assert (await student.post("/password/reset", {"token": token, "password": NEW})).status_code == 204

    async def test_ends_all_sessions_and_a_lock_out(
        self, student: Person, admin: Person, issue: IssueToken, published: Events
    ) -> None:
        token, spare = [await issue(student, Purpose.PASSWORD_RESET) for _ in range(2)]
        for _ in range(MAX_FAILURES):
            await student.login("not the password")
        assert (await student.http.post("/password/reset", json={"token": token, "password": NEW})).status_code == 204
        assert code(await student.get("/me"), 401) == "access_revoked"
        assert (await student.refresh()).status_code == 401
        assert [event["session_id"] for event in await published("user.access_changed")] == [None]
        assert (await student.login(PASSWORD)).status_code == 401
        assert (await student.login(NEW)).status_code == 200
        reused = await student.post("/password/reset", {"token": spare, "password": PASSWORD})
        assert code(reused, 400) == "invalid_token"
        (entry,) = (await admin.get("/admin/audit?action=password.reset")).json()["items"]
        assert (entry["actor"], entry["target"]) == (None, student.id)

    async def test_a_token_is_good_once(self, student: Person, issue: IssueToken) -> None:
        token = await issue(student, Purpose.PASSWORD_RESET)
        answers = await asyncio.gather(
            *(student.http.post("/password/reset", json={"token": token, "password": f"{NEW} {i}"}) for i in range(8))
        )
        assert sorted(answer.status_code for answer in answers) == [204] + [400] * 7


class TestVerifyEmail:
    async def test_refuses_a_made_up_token(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.post("/email/verify", json={"token": "made up"}), 400) == "invalid_token"

    async def test_once(self, student: Person, issue: IssueToken, published: Events) -> None:
        token = await issue(student, Purpose.EMAIL_VERIFICATION)
        assert (await student.http.post("/email/verify", json={"token": token})).status_code == 204
        assert (await student.get("/me")).json()["email_verified"] is True
        assert await published("user.email_verified") == [{"user_id": student.id}]
        assert code(await student.http.post("/email/verify", json={"token": token}), 400) == "invalid_token"


class TestResendVerification:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert code(await client.post("/email/verify/resend"), 401) == "unauthenticated"

    async def test_a_mailbox_is_not_flooded(self, student: Person, published: Events) -> None:
        answers = await asyncio.gather(*(student.post("/email/verify/resend") for _ in range(30)))
        assert {answer.status_code for answer in answers} == {204}
        assert len(await published("user.mail_requested", student.id)) == MAX_MAILS

    async def test_asks_for_a_mail_until_verified(self, student: Person, issue: IssueToken, published: Events) -> None:
        assert (await student.post("/email/verify/resend")).status_code == 204
        assert len(await published("user.mail_requested", student.id)) == 2
        token = await issue(student, Purpose.EMAIL_VERIFICATION)
        await student.http.post("/email/verify", json={"token": token})
        assert (await student.post("/email/verify/resend")).status_code == 204
        assert len(await published("user.mail_requested", student.id)) == 2


class TestErasureAtThatMoment:
    """Consuming a token and erasing its owner both lock the account first, so that they cannot deadlock."""

    @pytest.mark.parametrize("purpose", list(Purpose))
    async def test_a_token_is_used(
        self, student: Person, issue: IssueToken, runtime: IdentityContext, purpose: Purpose
    ) -> None:
        token = await issue(student, purpose)
        path, body = {
            Purpose.EMAIL_VERIFICATION: ("/email/verify", {"token": token}),
            Purpose.PASSWORD_RESET: ("/password/reset", {"token": token, "password": NEW}),
        }[purpose]
        async with runtime.database.unit_of_work() as unit:
            await accounts.lock(unit, UUID(student.id))
            use = asyncio.create_task(student.http.post(path, json=body))
            await waits_for_a_lock(runtime)
            await accounts.remove(unit, UUID(student.id))
        assert code(await use, 400) == "invalid_token"

    async def test_a_mail_is_requested(self, student: Person, runtime: IdentityContext, published: Events) -> None:
        async with runtime.database.unit_of_work() as unit:
            await accounts.lock(unit, UUID(student.id))
            forgot = asyncio.create_task(student.http.post("/password/forgot", json={"email": student.email}))
            resend = asyncio.create_task(student.post("/email/verify/resend"))
            await waits_for_a_lock(runtime, 2)
            await accounts.remove(unit, UUID(student.id))
        assert (await forgot).status_code == 202
        assert code(await resend, 401) == "account_gone"
        assert len(await published("user.mail_requested", student.id)) == 1, "that of the registration"


WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


async def waits_for_a_lock(runtime: IdentityContext, count: int = 1) -> None:
    """Return once this many transactions wait for locks of others."""
    async with asyncio.timeout(10), runtime.database.read() as connection:
        while await connection.scalar(WAITING) < count:  # noqa: ASYNC110 - Postgres can only be polled
            await asyncio.sleep(0.01)


class TestOneTimeTokens:
    async def test_for_services_alone(self, client: httpx2.AsyncClient, student: Person) -> None:
        asked = {"user_id": student.id, "purpose": "password_reset"}
        assert (await client.post("/internal/one-time-tokens", json=asked)).status_code == 401
        assert (await student.post("/internal/one-time-tokens", asked)).status_code == 401
        assert (await client.post("/api/identity/internal/one-time-tokens", json=asked)).status_code == 404

    async def test_nobody(self, client: httpx2.AsyncClient, service_headers: dict[str, str]) -> None:
        asked = {"user_id": str(uuid4()), "purpose": "password_reset"}
        response = await client.post("/internal/one-time-tokens", json=asked, headers=service_headers)
        assert code(response, 404) == "user_not_found"

    async def test_the_database_has_the_hash_alone(
        self, student: Person, issue: IssueToken, runtime: IdentityContext
    ) -> None:
        token = await issue(student, Purpose.PASSWORD_RESET)
        async with runtime.database.read() as connection:
            (stored,) = await connection.all(select(OneTimeToken.token_hash, OneTimeToken.expires_at))
        assert stored.token_hash == token_hash(token)
        assert abs(stored.expires_at - utc_now() - timedelta(hours=1)) < timedelta(seconds=30)
