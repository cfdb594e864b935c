"""The enrollment service over a real database, in this process."""

from collections.abc import AsyncGenerator, Callable

import httpx2
import pytest
import pytest_asyncio
from edu_common.testing.app import client_of, running
from edu_common.testing.postgres import truncate
from edu_common.testing.tokens import Signer
from edu_enrollment.app import create
from edu_enrollment.settings import EnrollmentSettings
from fastapi import FastAPI


@pytest.fixture(scope="session")
def settings(migrated_database: Callable[[str], str]) -> EnrollmentSettings:
    return EnrollmentSettings.model_validate(
        {"database_url": migrated_database("edu_enrollment"), "platform_secret": "x" * 32, "rate_limits": "off"}
    )


@pytest_asyncio.fixture(scope="session")
async def app(settings: EnrollmentSettings, signer: Signer) -> AsyncGenerator[FastAPI]:
    async with running(create(settings), signer) as app:
        yield app


@pytest_asyncio.fixture
async def client(app: FastAPI, settings: EnrollmentSettings) -> AsyncGenerator[httpx2.AsyncClient]:
    """An HTTP client of the service, whose tables are empty."""
    await truncate(settings.database_url.get_secret_value())
    async with client_of(app) as client:
        yield client
