"""The payment service over a real database, in this process."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import insert, text

from edu_common.database.engine import Database
from edu_common.ids import new_id, utc_now
from edu_common.testing.app import client_of, running
from edu_common.testing.keys import secret_settings, service_call
from edu_common.testing.postgres import truncate
from edu_common.testing.tokens import Signer
from edu_payment.app import create
from edu_payment.context import PaymentContext
from edu_payment.models import Payment, State
from edu_payment.payments.repository import NEXT_CHECK
from edu_payment.providers import ledger
from edu_payment.providers.base import Charge
from edu_payment.settings import PaymentSettings

NOBODY = "http://127.0.0.1:9"
"""No service listens here: these tests run without the other services."""

AddPayment = Callable[..., Awaitable[Payment]]


@pytest.fixture(scope="session")
def settings(migrated_database: Callable[[str], str]) -> PaymentSettings:
    return PaymentSettings.model_validate(
        {
            "database_url": migrated_database("edu_payment"),
            **secret_settings("payment"),
            "rate_limits": "off",
            "db_pool_timeout": 30,
            "max_queue_delay": 30,
            "identity_url": NOBODY,
            "course_url": NOBODY,
            "enrollment_url": NOBODY,
            "notification_url": NOBODY,
        }
    )


@pytest_asyncio.fixture(scope="session")
async def app(settings: PaymentSettings, signer: Signer) -> AsyncGenerator[FastAPI]:
    async with running(create(settings), signer) as app:
        yield app


@pytest_asyncio.fixture
async def client(app: FastAPI, settings: PaymentSettings) -> AsyncGenerator[httpx2.AsyncClient]:
    """Return an HTTP client of the service, whose tables are empty."""
    await truncate(settings.database_url.get_secret_value())
    async with client_of(app) as client:
        yield client


@pytest.fixture
def runtime(app: FastAPI, client: httpx2.AsyncClient) -> PaymentContext:
    """Return the components of the service that `client` calls."""
    return app.state.runtime


@pytest.fixture(scope="session")
def as_service() -> dict[str, str]:
    """Return the headers of another service of the platform."""
    return service_call("enrollment", audience="payment")


async def add_to(database: Database, **values: Any) -> Payment:
    """Add a payment, completed unless its state is given, and its row in the mock provider's ledger."""
    state = values.get("state", State.COMPLETED)
    payment = {**usual(state), **values}
    charge = Charge(payment["id"], payment["amount"], payment["currency"])
    async with database.unit_of_work() as unit:
        added = await unit.load(Payment, insert(Payment).values(payment).returning(Payment.__table__))
        assert added
        if state is not State.CHARGING:
            charged = State.COMPLETED if state is State.REFUND_PENDING else state
            await ledger.enter(unit, charge, charged)
    return added


def usual(state: State) -> dict[str, Any]:
    now = utc_now()
    under_way = state in (State.CHARGING, State.REFUND_PENDING)
    paid = state in (State.COMPLETED, State.REFUND_PENDING, State.REFUNDED)
    times: dict[str, Any] = {
        "check_at": NEXT_CHECK if under_way else None,
        "completed_at": now if paid else None,
        "refunded_at": now if state is State.REFUNDED else None,
    }
    return {
        "id": new_id(),
        "student_id": new_id(),
        "student_name": "Ada Lovelace",
        "course_id": new_id(),
        "course_title": "Practical Gardening",
        "teacher_id": new_id(),
        "amount": Decimal("49.99"),
        "currency": "USD",
        "provider": "mock",
        "state": state,
        **times,
    }


@pytest.fixture(scope="session")
def add_payment_to() -> AddPayment:
    """Return a function that adds a payment to a database; its arguments override the defaults."""
    return add_to


@pytest.fixture
def add_payment(runtime: PaymentContext) -> AddPayment:
    """Return a function that adds a payment to the service's database; its arguments override the defaults."""

    async def add(**values: Any) -> Payment:
        return await add_to(runtime.database, **values)

    return add


@pytest.fixture
def count(runtime: PaymentContext) -> Callable[[str], Awaitable[int]]:
    """Return a function that counts the rows of "<table> [WHERE …]"."""

    async def rows(of: str) -> int:
        async with runtime.database.read() as connection:
            return await connection.scalar(text(f"SELECT count(*) FROM {of}"))

    return rows
