"""Which mails a user wants."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import httpx2
import pytest

from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_notification.models import Mail, MailType

URL = "/notifications/preferences"


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
