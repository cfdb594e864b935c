"""Which mails a user wants."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select

from edu_common.ids import new_id
from edu_common.service_keys import KeyRing
from edu_common.testing.keys import RING, tokens_of
from edu_common.testing.tokens import Signer
from edu_notification.mail.unsubscribe import read, token_for
from edu_notification.models import Mail, MailPreference, MailType
from edu_notification.settings import NotificationSettings

URL = "/notifications/preferences"
Send = Callable[..., Awaitable[UUID]]
Mails = Callable[[], Awaitable[Sequence[Mail]]]


class TestGetPreferences:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get(URL)).status_code == 401

    async def test_all_wanted_at_first(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        found = (await client.get(URL, headers=signer.headers())).json()
        assert found == {"email": dict.fromkeys(MailType, True)}


class TestPutPreferences:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.put(URL, json={"email": {}})).status_code == 401

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"email": None},
            {"email": {"spam": False}},
            {"email": {"review.created": "no"}},
            {"email": {"review.created": None}},
            {"email": {}, "sms": {}},
            [],
        ],
    )
    async def test_nonsense_is_refused(self, client: httpx2.AsyncClient, signer: Signer, body: Any) -> None:
        assert (await client.put(URL, json=body, headers=signer.headers())).status_code == 422

    async def test_no_choice_changes_nothing(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        headers = signer.headers()
        await client.put(URL, json={"email": {"review.created": False}}, headers=headers)
        response = await client.put(URL, json={"email": {}}, headers=headers)
        assert response.status_code == 200
        assert response.json() == {"email": dict.fromkeys(MailType, True) | {"review.created": False}}

    @pytest.mark.parametrize("kind", ["email_verification", "password_reset"])
    async def test_security_mails_stay_on(self, client: httpx2.AsyncClient, signer: Signer, kind: str) -> None:
        headers = signer.headers()
        response = await client.put(URL, json={"email": {kind: False, "review.created": False}}, headers=headers)
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == ["body", "email", kind]
        assert (await client.get(URL, headers=headers)).json()["email"]["review.created"] is True

    async def test_what_was_read_can_be_written_back(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        headers = signer.headers()
        found = (await client.get(URL, headers=headers)).json()
        response = await client.put(URL, json=found, headers=headers)
        assert (response.status_code, response.json()) == (200, found)

    async def test_absent_types_stay(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        headers = signer.headers()
        await client.put(URL, json={"email": {"review.created": False}}, headers=headers)
        await client.put(URL, json={"email": {"payment.completed": False}}, headers=headers)
        found = (await client.get(URL, headers=headers)).json()["email"]
        assert {kind for kind, wanted in found.items() if not wanted} == {"review.created", "payment.completed"}
        assert (await client.get(URL, headers=signer.headers())).json()["email"] == dict.fromkeys(MailType, True)

    async def test_many_at_once(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        headers = signer.headers()
        kinds = [kind for kind in MailType if "." in kind]
        bodies = [{"email": dict.fromkeys(kinds[:: 1 - 2 * (i % 2)], i % 2 == 0)} for i in range(20)]
        answers = await asyncio.gather(*(client.put(URL, json=body, headers=headers) for body in bodies))
        assert {answer.status_code for answer in answers} == {200}

    async def test_an_unwanted_mail_is_not_queued(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        register: Callable[..., Awaitable[UUID]],
        deliver: Callable[..., Awaitable[UUID]],
        queued_mails: Callable[[], Awaitable[Sequence[Mail]]],
    ) -> None:
        teacher_id = await register(role="teacher")
        review = {
            "review_id": str(new_id()),
            "course_id": str(new_id()),
            "course_title": "Engines",
            "course_slug": "engines",
            "teacher_id": str(teacher_id),
            "author_name": "Ada",
            "rating": 5,
        }
        headers = signer.headers(teacher_id)
        await client.put(URL, json={"email": {"review.created": False}}, headers=headers)
        await deliver("review.created", **review)
        assert await queued_mails() == []
        assert (await client.get("/notifications/me", headers=headers)).json()["total"] == 1
        await client.put(URL, json={"email": {"review.created": True}}, headers=headers)
        await deliver("review.created", **review)
        assert len(await queued_mails()) == 1


class TestUnsubscribe:
    """The link of a mail, as mail programs use it (RFC 8058)."""

    FORM: ClassVar[dict[str, Any]] = {
        "content": "List-Unsubscribe=One-Click",
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    }

    @pytest_asyncio.fixture
    async def link(self, register: Send, deliver: Send, settled_mails: Mails, settings: NotificationSettings) -> str:
        """Return the link in a mail, exactly as it was sent."""
        user_id = await register(UUID(int=1))
        await deliver("user.teacher_verified", user_id=str(user_id))
        (mail,) = await settled_mails()
        (file,) = settings.mail_folder.glob(f"{mail.id}@*.eml")
        head = file.read_bytes().partition(b"\r\n\r\n")[0].decode()
        (line,) = [line for line in head.split("\r\n") if line.startswith("List-Unsubscribe:")]
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head.split("\r\n")
        prefix = "List-Unsubscribe: <http://127.0.0.1:3001"
        assert line.startswith(prefix)
        assert line.endswith(">")
        return line.removeprefix(prefix).removesuffix(">")

    async def test_one_click_ends_the_mails_of_that_type(
        self, client: httpx2.AsyncClient, signer: Signer, deliver: Send, settled_mails: Mails, link: str
    ) -> None:
        for _ in range(2):
            assert (await client.post(link, **self.FORM)).status_code == 204
        found = (await client.get(URL, headers=signer.headers(UUID(int=1)))).json()["email"]
        assert [kind for kind, wanted in found.items() if not wanted] == ["user.teacher_verified"]
        await deliver("user.teacher_verified", user_id=str(UUID(int=1)))
        assert len(await settled_mails()) == 1

    async def test_looking_at_the_link_changes_nothing(
        self, client: httpx2.AsyncClient, signer: Signer, link: str
    ) -> None:
        response = await client.get(link)
        assert (response.status_code, response.text) == (200, "http://127.0.0.1:3001/account\n")
        assert all((await client.get(URL, headers=signer.headers(UUID(int=1)))).json()["email"].values())

    async def test_other_tokens_open_nothing(self, client: httpx2.AsyncClient, link: str) -> None:
        path, _, token = link.partition("?token=")
        foreign = tokens_of("notification", KeyRing.new(RING.keys))
        forged = [
            token[:-4] + "AAAA",
            tokens_of("notification").issue("notification"),
            token_for(tokens_of("identity"), UUID(int=1), MailType.REVIEW_CREATED),
            token_for(foreign, UUID(int=1), MailType.REVIEW_CREATED),
            "",
            "x",
        ]
        for other in forged:
            response = await client.post(path, params={"token": other}, **self.FORM)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
        assert (await client.post(path, **self.FORM)).status_code == 422

    async def test_a_link_is_good_after_a_rotation_of_keys(self) -> None:
        token = token_for(tokens_of("notification"), UUID(int=1), MailType.REVIEW_CREATED)
        assert read(tokens_of("notification", RING.rotated()), token) == (UUID(int=1), MailType.REVIEW_CREATED)

    async def test_an_erased_user(self, client: httpx2.AsyncClient, deliver: Send, link: str, app: FastAPI) -> None:
        await deliver("user.erased", user_id=str(UUID(int=1)))
        assert (await client.post(link, **self.FORM)).status_code == 204
        async with app.state.runtime.database.read() as connection:
            assert await connection.scalars(select(MailPreference.user_id)) == []
