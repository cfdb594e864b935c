"""The enrollment service over a real database, in this process."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import select

from edu_common.events.outbox import OutboxEvent
from edu_common.ids import new_id, utc_now
from edu_common.testing.app import client_of, running
from edu_common.testing.keys import secret_settings, service_call, source_of
from edu_common.testing.postgres import truncate
from edu_common.testing.tokens import Signer
from edu_enrollment.app import create
from edu_enrollment.settings import EnrollmentSettings

NOBODY = "http://127.0.0.1:1"
Data = dict[str, Any]
Deliver = Callable[..., Awaitable[None]]


@pytest.fixture(scope="session")
def settings(migrated_database: Callable[[str], str]) -> EnrollmentSettings:
    return EnrollmentSettings.model_validate(
        {
            "database_url": migrated_database("edu_enrollment"),
            **secret_settings("enrollment"),
            "rate_limits": "off",
            "db_pool_timeout": 30,
            "max_queue_delay": 30,
            "course_url": NOBODY,
            "identity_url": NOBODY,
            "payment_url": NOBODY,
        }
    )


@pytest_asyncio.fixture(scope="session")
async def app(settings: EnrollmentSettings, signer: Signer) -> AsyncGenerator[FastAPI]:
    async with running(create(settings), signer) as app:
        yield app


@pytest_asyncio.fixture
async def client(app: FastAPI, settings: EnrollmentSettings) -> AsyncGenerator[httpx2.AsyncClient]:
    """Return an HTTP client of the service, whose tables are empty."""
    await truncate(settings.database_url.get_secret_value())
    async with client_of(app) as client:
        yield client


@pytest.fixture
def service_headers() -> dict[str, str]:
    """Return the headers of another service of the platform."""
    return service_call("payment", audience="enrollment")


@pytest.fixture
def deliver(client: httpx2.AsyncClient) -> Deliver:
    """Return a function that delivers an event, which must be accepted; `event_id` repeats one."""

    async def send(event_type: str, data: Data, event_id: UUID | None = None) -> None:
        event_id = event_id or new_id()
        subject = data.get("payment_id") or data.get("course_id") or data["user_id"]
        source = source_of(event_type)
        event = {"id": str(event_id), "source": source, "type": event_type, "subject": subject, "data": data}
        answer = await client.post(
            "/internal/events",
            headers=service_call(source, audience="enrollment"),
            json=[{**event, "time": utc_now().isoformat()}],
        )
        assert answer.json() == {"accepted": [str(event_id)], "failed": {}}, answer.text

    return send


@pytest.fixture
def new_course(deliver: Deliver) -> Callable[..., Awaitable[Data]]:
    """Return a function that delivers the event of a new course with so many `lessons`, and returns its data."""

    async def publish(lessons: int = 3, **changes: Any) -> Data:
        course = {
            "course_id": str(new_id()),
            "version": 1,
            "teacher_id": str(new_id()),
            "teacher_name": "Grace Hopper",
            "title": "Compilers",
            "slug": "compilers",
            "status": "published",
            "is_free": False,
            "lesson_ids": [str(new_id()) for _ in range(lessons)],
            **changes,
        }
        await deliver("course.published", course)
        return course

    return publish


@pytest.fixture
def buy(deliver: Deliver) -> Callable[..., Awaitable[Data]]:
    """Return a function that delivers the event of a purchase, and returns its data."""

    async def pay(course: Data, student_id: str | None = None, **changes: Any) -> Data:
        payment = {
            "payment_id": str(new_id()),
            "student_id": student_id or str(new_id()),
            "student_name": "Ada Lovelace",
            "course_id": course["course_id"],
            "course_title": course["title"],
            "amount": "49.99",
            "currency": "USD",
            "completed_at": utc_now().isoformat(),
            **changes,
        }
        await deliver("payment.completed", payment)
        return payment

    return pay


@pytest.fixture
def headers_of(signer: Signer) -> Callable[[Data], dict[str, str]]:
    """Return a function that returns the headers of the student who made a purchase."""
    return lambda purchase: dict(signer.headers(UUID(purchase["student_id"])))


@pytest.fixture
def told(app: FastAPI, client: httpx2.AsyncClient) -> Callable[[], Awaitable[list[tuple[str, Data]]]]:
    """Return a function that reads types and data of the events that the service published, in order."""

    async def events() -> list[tuple[str, Data]]:
        async with app.state.runtime.database.read() as connection:
            rows = await connection.all(select(OutboxEvent.type, OutboxEvent.data).order_by(OutboxEvent.seq))
        return [(row.type, row.data) for row in rows]

    return events
