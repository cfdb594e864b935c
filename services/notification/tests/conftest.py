"""The notification service over a real database, in this process; the other services are unavailable."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select

from edu_common.events import Event
from edu_common.ids import new_id, utc_now
from edu_common.testing.app import client_of, running
from edu_common.testing.keys import secret_settings, service_call, source_of
from edu_common.testing.postgres import truncate
from edu_common.testing.tokens import Signer
from edu_notification.app import create
from edu_notification.models import Mail, MailStatus
from edu_notification.settings import NotificationSettings

MAILS = select(Mail.__table__).order_by(Mail.created_at)
ReadMails = Callable[[], Awaitable[Sequence[Mail]]]


@pytest.fixture(scope="session")
def settings(migrated_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> NotificationSettings:
    return NotificationSettings.model_validate(
        {
            "database_url": migrated_database("edu_notification"),
            **secret_settings("notification"),
            "rate_limits": "off",
            "db_pool_timeout": 30,
            "max_queue_delay": 30,
            "identity_url": "http://127.0.0.1:1",
            "mail_folder": tmp_path_factory.mktemp("mail") / "out",
        }
    )


@pytest_asyncio.fixture(scope="session")
async def app(settings: NotificationSettings, signer: Signer) -> AsyncGenerator[FastAPI]:
    async with running(create(settings), signer) as app:
        yield app


@pytest_asyncio.fixture
async def client(app: FastAPI, settings: NotificationSettings) -> AsyncGenerator[httpx2.AsyncClient]:
    """Return an HTTP client of the service, whose tables are empty."""
    await truncate(settings.database_url.get_secret_value())
    async with client_of(app) as client:
        yield client


@pytest.fixture
def deliver(client: httpx2.AsyncClient) -> Callable[..., Awaitable[UUID]]:
    """Return a function that delivers an event as another service's relay does, and returns its id."""

    async def send(event_type: str, event_id: UUID | None = None, **data: Any) -> UUID:
        source = source_of(event_type)
        event = Event(
            id=event_id or new_id(), source=source, type=event_type, subject=new_id(), time=utc_now(), data=data
        )
        response = await client.post(
            "/internal/events",
            json=[event.model_dump(mode="json")],
            headers=service_call(source, audience="notification"),
        )
        assert response.json() == {"accepted": [str(event.id)], "failed": {}}, response.text
        return event.id

    return send


@pytest.fixture
def register(deliver: Callable[..., Awaitable[UUID]]) -> Callable[..., Awaitable[UUID]]:
    """Return a function that makes a user known by identity's events, and returns the user's id."""

    async def send(user_id: UUID | None = None, **data: Any) -> UUID:
        user_id = user_id or new_id()
        known = {"email": f"{user_id}@example.com", "name": "Ada Lovelace", "role": "student", "locale": "en"}
        await deliver("user.registered", user_id=str(user_id), **{**known, **data})
        return user_id

    return send


@pytest.fixture
def queued_mails(app: FastAPI, client: httpx2.AsyncClient) -> ReadMails:
    """Return a function that reads the queue of mails, sent ones too, oldest first."""

    async def read() -> Sequence[Mail]:
        async with app.state.runtime.database.read() as connection:
            return await connection.load_all(Mail, MAILS)

    return read


@pytest.fixture
def settled_mails(queued_mails: ReadMails) -> ReadMails:
    """Return a function that reads the queue once every mail in it was tried."""
    return lambda: _once(queued_mails, lambda mail: mail.status != MailStatus.QUEUED or mail.last_error is not None)


@pytest.fixture
def closed_mails(queued_mails: ReadMails) -> ReadMails:
    """Return a function that reads the queue once every mail in it was sent or dropped."""
    return lambda: _once(queued_mails, lambda mail: mail.status != MailStatus.QUEUED)


async def _once(read: ReadMails, condition: Callable[[Mail], bool]) -> Sequence[Mail]:
    async with asyncio.timeout(30):
        while not all(map(condition, mails := await read())):  # noqa: ASYNC110 - a table can only be polled
            await asyncio.sleep(0.01)
    return mails


@pytest.fixture
def letter(settings: NotificationSettings) -> Callable[[Mail], EmailMessage]:
    """Return a function that reads a sent mail as a mail program would."""

    def read(mail: Mail) -> EmailMessage:
        (file,) = settings.mail_folder.glob(f"{mail.id}@*.eml")
        return message_from_bytes(file.read_bytes(), policy=default)

    return read
