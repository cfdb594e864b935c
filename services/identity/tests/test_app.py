"""The identity service as a whole."""

from collections.abc import AsyncGenerator

import httpx2
import pytest_asyncio

from edu_common.settings import RateLimits
from edu_common.testing.app import client_of
from edu_common.testing.schema import schema_differences
from edu_identity.app import POLICIES, create
from edu_identity.models import Base
from edu_identity.settings import IdentitySettings

from .conftest import PASSWORD, Person, code


class TestHealth:
    async def test_live_without_a_look_at_the_database(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/health/live")
        assert response.status_code == 200
        assert response.json()["service"] == "identity"

    async def test_ready_once_migrated(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/api/identity/health/ready")
        assert response.status_code == 200, response.text

    async def test_metrics_are_not_public(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/metrics")).status_code == 200
        assert (await client.get("/api/identity/metrics")).status_code == 404


class TestMetrics:
    async def test_name_routes_by_their_templates(self, client: httpx2.AsyncClient, student: Person) -> None:
        await client.get(f"/api/identity/users/{student.id}/public")
        text = (await client.get("/metrics")).text
        assert 'route="/users/{user_id}/public"' in text
        assert student.id not in text
        assert 'password_hash_queue_depth{service="identity"} 0.0' in text

    async def test_count_registrations(self, client: httpx2.AsyncClient) -> None:
        async def count() -> float:
            lines = (await client.get("/metrics")).text.splitlines()
            return next(float(line.split()[1]) for line in lines if line.startswith("registrations_total"))

        before = await count()
        for status in (201, 409):
            body = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"}
            assert (await client.post("/register", json=body)).status_code == status
        assert await count() == before + 1


class TestOpenApi:
    async def test_operations_are_named_and_described(self, client: httpx2.AsyncClient) -> None:
        paths = (await client.get("/openapi.json")).json()["paths"]
        operations = [operation for methods in paths.values() for operation in methods.values()]
        assert len({operation["operationId"] for operation in operations}) == len(operations)
        assert [operation for operation in operations if not operation.get("description")] == []
        assert not [path for path in paths if path.startswith("/internal")]


class TestRateLimits:
    @pytest_asyncio.fixture
    async def limited(
        self, client: httpx2.AsyncClient, settings: IdentitySettings
    ) -> AsyncGenerator[httpx2.AsyncClient]:
        app = create(settings.model_copy(update={"rate_limits": RateLimits.STANDARD}))
        async with app.router.lifespan_context(app), client_of(app) as limited:
            yield limited

    async def test_one_client_is_held_back(self, limited: httpx2.AsyncClient) -> None:
        async def forgot(address: str) -> httpx2.Response:
            headers = {"X-Forwarded-For": address}
            body = {"email": "nobody@example.com"}
            return await limited.post("/api/identity/password/forgot", json=body, headers=headers)

        for _ in range(60):
            assert (await forgot("203.0.113.1")).status_code == 202
        refused = await forgot("203.0.113.1")
        assert code(refused, 429) == "rate_limited"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["ratelimit-policy"].startswith('"forgot"')
        assert (await forgot("203.0.113.2")).status_code == 202

    async def test_two_classes_behind_one_ip_confirm_their_emails(self, limited: httpx2.AsyncClient) -> None:
        answers = [await limited.post("/api/identity/email/verify", json={"token": f"made up {n}"}) for n in range(80)]
        assert {answer.status_code for answer in answers} == {400}

    async def test_a_mail_again_is_limited_by_user(self, limited: httpx2.AsyncClient) -> None:
        async def sign_up(name: str) -> dict[str, str]:
            body = {"email": f"{name}@example.com", "password": PASSWORD, "name": name}
            tokens = (await limited.post("/register", json=body)).json()
            limited.cookies.clear()
            return {"Authorization": f"Bearer {tokens['access_token']}"}

        ada, grace = await sign_up("ada"), await sign_up("grace")
        statuses = [(await limited.post("/email/verify/resend", headers=ada)).status_code for _ in range(11)]
        assert statuses == [204] * 10 + [429]
        assert (await limited.post("/email/verify/resend", headers=grace)).status_code == 204

    async def test_policies_name_real_addresses(self, client: httpx2.AsyncClient) -> None:
        paths = (await client.get("/openapi.json")).json()["paths"]
        assert {path for policy in POLICIES for path in policy.paths} <= set(paths)


class TestMigrations:
    async def test_head_is_what_the_models_say(self, settings: IdentitySettings) -> None:
        url = settings.database_url.get_secret_value()
        assert await schema_differences(url, Base.metadata) == []
