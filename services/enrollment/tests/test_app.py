"""The enrollment service as a whole."""

import httpx2

from edu_common.testing.schema import schema_differences
from edu_enrollment.models import Base
from edu_enrollment.settings import EnrollmentSettings


class TestHealth:
    async def test_live_without_a_look_at_the_database(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/health/live")
        assert response.status_code == 200
        assert response.json()["service"] == "enrollment"

    async def test_ready_once_migrated(self, client: httpx2.AsyncClient) -> None:
        response = await client.get("/api/enrollment/health/ready")
        assert response.status_code == 200, response.text

    async def test_metrics_are_not_public(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/metrics")).status_code == 200
        assert (await client.get("/api/enrollment/metrics")).status_code == 404


class TestMigrations:
    async def test_head_is_what_the_models_say(self, settings: EnrollmentSettings) -> None:
        url = settings.database_url.get_secret_value()
        assert await schema_differences(url, Base.metadata) == []
