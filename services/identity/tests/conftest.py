"""The identity service over a real database, in this process; its users really register and sign in."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from sqlalchemy import select, update

from edu_common.auth.access_tokens import Role
from edu_common.events.outbox import OutboxEvent
from edu_common.testing.app import client_of
from edu_common.testing.keys import secret_settings, service_call
from edu_common.testing.postgres import truncate
from edu_identity.app import create
from edu_identity.context import IdentityContext
from edu_identity.models import Purpose, User
from edu_identity.settings import IdentitySettings

PASSWORD = "correct horse battery"
SECRET = "x" * 32


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "jwt.pem"
    path.write_bytes(pem(new_key()))
    return path


@pytest.fixture(scope="session")
def settings(migrated_database: Callable[[str], str], key_file: Path) -> IdentitySettings:
    return IdentitySettings.model_validate(
        {
            "database_url": migrated_database("edu_identity"),
            **secret_settings("identity"),
            "rate_limits": "off",
            "db_pool_timeout": 30,
            "max_queue_delay": 30,
            "password_queue_seconds": 30,
            "request_timeout": 60,
            "jwt_private_key_file": key_file,
            "trusted_proxies": "127.0.0.1/32",
        }
    )


@pytest_asyncio.fixture(scope="session")
async def app(settings: IdentitySettings) -> AsyncGenerator[FastAPI]:
    app = create(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def runtime(app: FastAPI) -> IdentityContext:
    return app.state.runtime


@pytest_asyncio.fixture
async def client(app: FastAPI, settings: IdentitySettings) -> AsyncGenerator[httpx2.AsyncClient]:
    """Return an HTTP client of the service, whose tables are empty."""
    await truncate(settings.database_url.get_secret_value())
    async with client_of(app) as client:
        yield client


@dataclass
class Person:
    """A registered user; `headers` contain the newest access token."""

    http: httpx2.AsyncClient
    email: str
    password: str = PASSWORD
    tokens: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    @property
    def claims(self) -> dict[str, Any]:
        return jwt.decode(self.tokens["access_token"], options={"verify_signature": False})

    @property
    def id(self) -> str:
        return self.claims["sub"]

    async def login(self, password: str | None = None, **options: Any) -> httpx2.Response:
        """Sign in; keep the tokens on success."""
        body = {"email": self.email, "password": password or self.password}
        response = await self.http.post("/login", json=body, **options)
        self.http.cookies.clear()
        if response.status_code == 200:
            self.tokens = response.json()
        return response

    async def refresh(self, token: str | None = None) -> httpx2.Response:
        body = {"refresh_token": token or self.tokens["refresh_token"]}
        response = await self.http.post("/refresh", json=body)
        self.http.cookies.clear()
        return response

    async def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return await self.http.request(method, path, headers=self.headers, **options)

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.call("GET", path, **options)

    async def post(self, path: str, json: Any = None) -> httpx2.Response:
        return await self.call("POST", path, json=json)

    async def patch(self, path: str, json: Any = None) -> httpx2.Response:
        return await self.call("PATCH", path, json=json)


Register = Callable[..., Awaitable[Person]]
Events = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
def register(client: httpx2.AsyncClient, runtime: IdentityContext) -> Register:
    """Return a function that registers a user; admins are made from students directly in the database."""

    async def register(role: Role = Role.STUDENT, name: str = "Ada Lovelace", email: str = "") -> Person:
        person = Person(client, email or f"{uuid4().hex[:12]}@example.com")
        asked = Role.STUDENT if role is Role.ADMIN else role
        body = {"email": person.email, "password": PASSWORD, "name": name, "role": asked}
        response = await client.post("/register", json=body)
        assert response.status_code == 201, response.text
        client.cookies.clear()
        person.tokens = response.json()
        if role is Role.ADMIN:
            async with runtime.database.unit_of_work() as unit:
                await unit.execute(update(User).where(User.id == UUID(person.id)).values(role=role))
            await person.login()
        return person

    return register


@pytest_asyncio.fixture
async def student(register: Register) -> Person:
    return await register()


@pytest_asyncio.fixture
async def teacher(register: Register) -> Person:
    return await register(Role.TEACHER)


@pytest_asyncio.fixture
async def admin(register: Register) -> Person:
    return await register(Role.ADMIN)


@pytest.fixture
def service_headers() -> dict[str, str]:
    """Return the headers of the notification service."""
    return service_call("notification", audience="identity")


IssueToken = Callable[[Person, Purpose], Awaitable[str]]


@pytest.fixture
def issue(client: httpx2.AsyncClient, service_headers: dict[str, str]) -> IssueToken:
    """Return a function that issues the token that a mail to a user would contain."""

    async def issue(person: Person, purpose: Purpose) -> str:
        asked = {"user_id": person.id, "purpose": purpose}
        response = await client.post("/internal/one-time-tokens", json=asked, headers=service_headers)
        assert response.status_code == 200, response.text
        return response.json()["token"]

    return issue


@pytest.fixture
def published(runtime: IdentityContext) -> Events:
    """Return a function that reads the data of the published events of a type, oldest first, optionally of one user."""

    async def published(event_type: str, user_id: str | None = None) -> list[dict[str, Any]]:
        query = select(OutboxEvent.data).where(OutboxEvent.type == event_type).order_by(OutboxEvent.seq)
        async with runtime.database.read() as connection:
            found = await connection.scalars(query)
        return [data for data in found if user_id in (None, data["user_id"])]

    return published


def code(response: httpx2.Response, status: int) -> str:
    """Return the code of an error response, which must have this status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return response.json()["code"]
