"""Access that is revoked before its token expires."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from edu_common.auth.access_tokens import AccessTokens
from edu_common.auth.revocations import KEEP, AccessRevocation, Revocations
from edu_common.database.engine import Database
from edu_common.events import Event
from edu_common.ids import new_id, utc_now
from edu_common.testing.keys import service_call
from edu_common.testing.tokens import Signer
from edu_sample.app import ReceiverSettings, create_receiver

Serve = Callable[[FastAPI], AbstractAsyncContextManager[httpx2.AsyncClient]]


async def tell(client: httpx2.AsyncClient, user_id: UUID, before: datetime, session_id: UUID | None = None) -> None:
    """Deliver `user.access_changed` as identity does."""
    data: dict[str, Any] = {
        "user_id": str(user_id),
        "session_id": str(session_id) if session_id else None,
        "revoked_before": before.isoformat(),
        "is_active": False,
        "role": "student",
    }
    event = Event(
        id=new_id(), source="identity", type="user.access_changed", subject=user_id, time=utc_now(), data=data
    )
    headers = service_call("identity", audience="enrollment")
    response = await client.post("/internal/events", json=[event.model_dump(mode="json")], headers=headers)
    assert response.json()["accepted"] == [str(event.id)]


@pytest.fixture
def status(client: httpx2.AsyncClient) -> Callable[[dict[str, str]], Awaitable[tuple[int, str | None]]]:
    async def ask(headers: dict[str, str]) -> tuple[int, str | None]:
        response = await client.get("/things/me", headers=headers)
        return response.status_code, response.json().get("code")

    return ask


Status = Callable[[Any], Awaitable[tuple[int, str | None]]]
ENDED = (401, "access_revoked")
OPEN = (200, None)


@pytest.mark.usefixtures("receiver_database")
class TestRevocations:
    async def test_a_users_tokens_end_at_once(self, client: httpx2.AsyncClient, signer: Signer, status: Status) -> None:
        user_id = new_id()
        mine, others = signer.headers(user_id), signer.headers()
        assert await status(mine) == OPEN
        await tell(client, user_id, utc_now())
        assert await status(mine) == ENDED
        assert await status(others) == OPEN

    async def test_a_token_made_afterwards_is_good(
        self, client: httpx2.AsyncClient, signer: Signer, status: Status
    ) -> None:
        user_id = new_id()
        await tell(client, user_id, utc_now() - timedelta(milliseconds=2))
        assert await status(signer.headers(user_id)) == OPEN

    async def test_one_session_alone(self, client: httpx2.AsyncClient, signer: Signer, status: Status) -> None:
        user_id, session_id = new_id(), new_id()
        ended, other = signer.headers(user_id, sid=str(session_id)), signer.headers(user_id)
        await tell(client, user_id, utc_now(), session_id)
        assert await status(ended) == ENDED
        assert await status(other) == OPEN

    async def test_an_older_one_that_comes_later_opens_nothing(
        self, client: httpx2.AsyncClient, signer: Signer, status: Status
    ) -> None:
        user_id = new_id()
        mine = signer.headers(user_id)
        await tell(client, user_id, utc_now())
        await tell(client, user_id, utc_now() - timedelta(minutes=5))
        assert await status(mine) == ENDED

    async def test_another_process_learns_of_it(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
    ) -> None:
        user_id = new_id()
        mine = signer.headers(user_id)
        async with serve(create_receiver(receiver_settings())) as replica:
            assert (await replica.get("/things/me", headers=mine)).status_code == 200
            await tell(client, user_id, utc_now())
            ended_at = utc_now()
            while (await replica.get("/things/me", headers=mine)).status_code == 200:
                assert utc_now() - ended_at < timedelta(seconds=10)
            assert utc_now() - ended_at < timedelta(seconds=4)

    async def test_a_process_that_starts_knows_them(
        self,
        client: httpx2.AsyncClient,
        signer: Signer,
        serve: Serve,
        receiver_settings: Callable[..., ReceiverSettings],
    ) -> None:
        user_id = new_id()
        mine = signer.headers(user_id)
        await tell(client, user_id, utc_now())
        async with serve(create_receiver(receiver_settings())) as replica:
            first = await replica.get("/things/me", headers=mine)
            assert first.json().get("code") == "access_revoked"


class TestPurge:
    async def test_only_those_that_no_token_outlives(self, receiver_database: Database) -> None:
        old, recent = new_id(), new_id()
        async with receiver_database.unit_of_work() as unit:
            await Revocations().record(unit, old, utc_now() - KEEP - timedelta(seconds=1))
            await Revocations().record(unit, recent, utc_now() - timedelta(minutes=15))
            await Revocations.purge(unit)
            assert set(await unit.scalars(select(AccessRevocation.subject))) == {recent}

    async def test_a_rollback_ends_nothing(self, receiver_database: Database, signer: Signer) -> None:
        user_id = new_id()
        revocations = Revocations()
        with suppress(LookupError):
            async with receiver_database.unit_of_work() as unit:
                await revocations.record(unit, user_id, utc_now())
                raise LookupError
        revocations.check(await AccessTokens(signer.key_set()).verify(signer.token(user_id)))
