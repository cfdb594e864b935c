"""The course service over a real database, in this process."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import insert

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id, utc_now
from edu_common.testing.app import client_of, running
from edu_common.testing.keys import secret_settings, service_call, source_of
from edu_common.testing.postgres import truncate
from edu_common.testing.tokens import Signer
from edu_course.app import create
from edu_course.context import CourseContext
from edu_course.models import Review
from edu_course.reviews import repository
from edu_course.settings import CourseSettings

NOBODY_LISTENS = "http://127.0.0.1:1"

Json = dict[str, Any]
Deliver = Callable[..., Awaitable[None]]
Write = Callable[..., Awaitable[str]]


@pytest.fixture(scope="session")
def settings(migrated_database: Callable[[str], str]) -> CourseSettings:
    return CourseSettings.model_validate(
        {
            "database_url": migrated_database("edu_course"),
            **secret_settings("course"),
            "rate_limits": "off",
            "db_pool_timeout": 30,
            "max_queue_delay": 30,
            "identity_url": NOBODY_LISTENS,
            "enrollment_url": NOBODY_LISTENS,
            "notification_url": NOBODY_LISTENS,
        }
    )


@pytest_asyncio.fixture(scope="session")
async def app(settings: CourseSettings, signer: Signer) -> AsyncGenerator[FastAPI]:
    async with running(create(settings), signer) as app:
        yield app


@pytest.fixture
def runtime(app: FastAPI) -> CourseContext:
    return app.state.runtime


@pytest_asyncio.fixture
async def client(app: FastAPI, settings: CourseSettings) -> AsyncGenerator[httpx2.AsyncClient]:
    """Return an HTTP client of the service, whose tables are empty."""
    await truncate(settings.database_url.get_secret_value())
    async with client_of(app) as client:
        yield client


class Author:
    """A verified teacher who writes courses through the API; each method expects success."""

    def __init__(self, client: httpx2.AsyncClient, signer: Signer, **claims: Any) -> None:
        self._client = client
        self.id = new_id()
        self.headers = signer.headers(self.id, Role.TEACHER, **claims)

    async def course(self, **fields: Any) -> Json:
        """Create a draft."""
        return await self._send("POST", "/courses", {"title": "Python from Zero", "is_free": True, **fields})

    async def module(self, course_id: str, title: str = "Beginning", **fields: Any) -> Json:
        return await self._send("POST", f"/courses/{course_id}/modules", {"title": title, **fields})

    async def lesson(self, module_id: str, title: str = "Hello", **fields: Any) -> Json:
        return await self._send("POST", f"/modules/{module_id}/lessons", {"title": title, "content": "# Hi", **fields})

    async def published(self, **fields: Any) -> Json:
        """Create a published course with one module and one lesson."""
        course = await self.course(**{"description": "All of it.", "category": "python", **fields})
        module = await self.module(course["id"])
        await self.lesson(module["id"])
        return await self._send("POST", f"/courses/{course['id']}/publish")

    async def curriculum(self, course_id: str) -> Json:
        return await self._send("GET", f"/courses/{course_id}/curriculum")

    async def first_lesson(self, course_id: str) -> Json:
        """Return the first lesson in the course's curriculum."""
        return (await self.curriculum(course_id))["modules"][0]["lessons"][0]

    async def send(self, method: str, path: str, json: Any = None, **headers: str) -> httpx2.Response:
        return await self._client.request(method, path, json=json, headers={**self.headers, **headers})

    async def _send(self, method: str, path: str, json: Any = None) -> Json:
        response = await self.send(method, path, json)
        assert response.is_success, response.text
        return response.json()


@pytest.fixture
def author(client: httpx2.AsyncClient, signer: Signer) -> Author:
    return Author(client, signer)


@pytest.fixture
def other_author(client: httpx2.AsyncClient, signer: Signer) -> Author:
    return Author(client, signer)


@pytest.fixture
def student(signer: Signer) -> Mapping[str, str]:
    return signer.headers(new_id(), Role.STUDENT)


@pytest.fixture
def admin(signer: Signer) -> Mapping[str, str]:
    return signer.headers(new_id(), Role.ADMIN)


@pytest.fixture
def service_headers() -> Mapping[str, str]:
    """Return the headers of another service of the platform."""
    return service_call("enrollment", audience="course")


@pytest.fixture
def deliver(client: httpx2.AsyncClient) -> Deliver:
    """Return a function that delivers an event as another service's relay does; `event_id` repeats one."""

    async def send(event_type: str, event_id: UUID | None = None, **data: Any) -> None:
        event = {
            "id": str(event_id or new_id()),
            "source": source_of(event_type),
            "type": event_type,
            "subject": str(new_id()),
            "time": utc_now().isoformat(),
            "data": {name: str(value) for name, value in data.items()},
        }
        headers = service_call(source_of(event_type), audience="course")
        response = await client.post("/internal/events", json=[event], headers=headers)
        assert response.json()["failed"] == {}, response.text

    return send


@pytest.fixture
def write(runtime: CourseContext) -> Write:
    """Write a review by an enrolled student; return its id."""

    async def add(course_id: str, student_id: UUID, rating: int, comment: str = "", *, hidden: bool = False) -> str:
        review_id, reviewed = new_id(), UUID(course_id)
        values = {
            "id": review_id,
            "course_id": reviewed,
            "student_id": student_id,
            "author_name": "Grace Hopper",
            "rating": rating,
            "comment": comment,
            "hidden": hidden,
        }
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(insert(Review).values(**values))
            if not hidden:
                await repository.add_to_sums(unit, reviewed, rating=rating, count=1)
        return str(review_id)

    return add
