"""Real processes that die around each commit and are restarted leave consistent data."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import text

from edu_common.auth.access_tokens import Role
from edu_common.database import migrations
from edu_common.database.engine import Database
from edu_common.fault_injection.failpoints import KILLED
from edu_common.ids import new_id, utc_now
from edu_common.testing.keys import secret_environment
from edu_common.testing.postgres import truncate
from edu_common.testing.tokens import Signer
from edu_payment.failpoints import Point
from edu_payment.models import Payment, State
from edu_payment.payments.repository import CHECK_AFTER
from edu_payment.purchases.schemas import PaymentCreate
from edu_payment.settings import PaymentSettings

AddPaymentTo = Callable[..., Awaitable[Payment]]

START_SECONDS = 60.0


class Service:
    """`python -m edu_payment serve` over a database of its own."""

    def __init__(self, settings: PaymentSettings, key_set_url: str) -> None:
        self.database = Database(settings)
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._environment = {
            **os.environ,
            "PORT": str(self._port),
            "DATABASE_URL": settings.database_url.get_secret_value(),
            **secret_environment("payment"),
            "JWKS_URL": key_set_url,
            "ENROLLMENT_URL": settings.enrollment_url,
            "NOTIFICATION_URL": settings.notification_url,
        }

    @contextlib.contextmanager
    def running(self, failpoint: str = "") -> Generator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "edu_payment", "serve"]
        environment = {**self._environment, "FAILPOINT": failpoint}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    async def post(self, path: str, **options: Any) -> httpx2.Response | None:
        """Return the response of the process once it listens, or None when it dies instead."""
        async with asyncio.timeout(START_SECONDS), httpx2.AsyncClient(base_url=self.url) as http:
            while True:
                try:
                    return await http.post(path, **options)
                except httpx2.ConnectError:
                    await asyncio.sleep(0.05)
                except httpx2.TransportError:
                    return None

    async def count(self, of: str) -> int:
        async with self.database.read() as connection:
            return await connection.scalar(text(f"SELECT count(*) FROM {of}"))

    async def hurry(self) -> None:
        """Have the sweeper check at once, rather than after some seconds, what a dead process left."""
        async with self.database.unit_of_work() as unit:
            await unit.execute(text("UPDATE payments SET check_at = now() WHERE check_at IS NOT NULL"))

    async def until(self, of: str) -> None:
        """Wait until there is a row of "<table> [WHERE …]"."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                if await self.count(of):
                    return
                await asyncio.sleep(0.05)


async def died(process: subprocess.Popen[bytes]) -> None:
    """Wait until the process has killed itself at its failpoint."""
    assert await asyncio.to_thread(process.wait, START_SECONDS) == KILLED


@pytest.fixture(scope="session")
def key_set_url(signer: Signer) -> Iterator[str]:
    """Return the URL of the key set for the tests' users."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(signer.document()).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def own_settings(settings: PaymentSettings, new_database: Callable[[str], str]) -> PaymentSettings:
    """Return the default settings with a database that the service in this process does not sweep."""
    url = new_database("edu_payment_crashes")
    migrations.upgrade("edu_payment", url)
    return PaymentSettings.model_validate({**settings.model_dump(exclude_unset=True), "database_url": url})


@pytest_asyncio.fixture
async def payments(own_settings: PaymentSettings, key_set_url: str) -> AsyncGenerator[Service]:
    await truncate(own_settings.database_url.get_secret_value())
    service = Service(own_settings, key_set_url)
    yield service
    await service.database.close()


def asked_with(key: str, course_id: UUID) -> dict[str, Any]:
    """Return the columns of a payment whose request died after opening it; the sweeper ignores it for a while."""
    body = PaymentCreate(course_id=course_id)
    return {
        "idempotency_key": key,
        "request_hash": body.fingerprint(),
        "course_id": course_id,
        "check_at": utc_now() + CHECK_AFTER,
    }


POINTS_OF = {
    prefix: [point for point in Point if point.startswith(f"{prefix}.")] for prefix in ("payment", "refund", "settle")
}


def test_every_point_is_visited() -> None:
    assert {point for points in POINTS_OF.values() for point in points} == set(Point)


class TestPurchase:
    @pytest.mark.parametrize("point", POINTS_OF["payment"])
    async def test_is_finished_by_the_next_process(
        self, payments: Service, add_payment_to: AddPaymentTo, point: Point
    ) -> None:
        payment = await add_payment_to(payments.database, state=State.CHARGING, check_at=utc_now())
        with payments.running(point) as process:
            await died(process)
        await payments.hurry()
        with payments.running():
            await payments.until(f"payments WHERE id = '{payment.id}' AND state = 'completed'")
        await self._charged_and_told_once(payments)

    @pytest.mark.parametrize("point", POINTS_OF["payment"])
    async def test_is_finished_by_the_repeated_request(
        self, payments: Service, add_payment_to: AddPaymentTo, signer: Signer, point: Point
    ) -> None:
        """The first repetition dies as well; the next one succeeds."""
        student_id, course_id = new_id(), new_id()
        request: dict[str, Any] = {
            "json": {"course_id": str(course_id)},
            "headers": {**signer.headers(student_id), "Idempotency-Key": "key"},
        }
        with payments.running(point) as process:
            assert await payments.post("/payments") is not None  # it listens
            asked = asked_with("key", course_id)
            await add_payment_to(payments.database, state=State.CHARGING, student_id=student_id, **asked)
            assert await payments.post("/payments", **request) is None
            await died(process)
        with payments.running():
            answer = await payments.post("/payments", **request)
            again = await payments.post("/payments", **request)
        assert answer is not None
        assert again is not None
        assert (answer.status_code, answer.json()["status"]) == (201, "completed")
        assert answer.content == again.content
        await self._charged_and_told_once(payments)

    async def _charged_and_told_once(self, payments: Service) -> None:
        assert await payments.count("payments WHERE state = 'completed'") == await payments.count("payments") == 1
        assert await payments.count("mock_charges WHERE state = 'completed'") == 1
        assert await payments.count("outbox WHERE type = 'payment.completed'") == await payments.count("outbox") == 1


class TestRefund:
    @pytest.mark.parametrize("point", POINTS_OF["refund"])
    async def test_is_finished_by_the_next_process(
        self, payments: Service, add_payment_to: AddPaymentTo, signer: Signer, point: Point
    ) -> None:
        payment = await add_payment_to(payments.database)
        with payments.running(point) as process:
            path = f"/payments/{payment.id}/refund"
            assert await payments.post(path, headers=signer.headers(role=Role.ADMIN)) is None
            await died(process)
        await payments.hurry()
        with payments.running():
            await payments.until("payments WHERE state = 'refunded'")
        assert await payments.count("mock_charges WHERE state = 'refunded'") == 1
        assert await payments.count("outbox WHERE type = 'payment.refunded'") == 1
        assert await payments.count("outbox WHERE type = 'admin.acted'") == 1


class TestSettlement:
    @pytest.mark.parametrize("point", POINTS_OF["settle"])
    async def test_is_as_the_provider_has_it(
        self, payments: Service, add_payment_to: AddPaymentTo, signer: Signer, point: Point
    ) -> None:
        payment = await add_payment_to(payments.database, state=State.AWAITING)
        path = f"/admin/payments/{payment.id}/settle"
        request: dict[str, Any] = {
            "json": {"outcome": "completed"},
            "headers": signer.headers(role=Role.ADMIN),
        }
        with payments.running(point) as process:
            assert await payments.post(path, **request) is None
            await died(process)
        await payments.hurry()
        with payments.running():
            await payments.until("payments WHERE check_at IS NULL")
            if point is Point.SETTLE_BEFORE_PROVIDER:
                answer = await payments.post(path, **request)
                assert answer is not None
                assert answer.status_code == 200, answer.text
        for table in ("payments", "mock_charges"):
            assert await payments.count(f"{table} WHERE state = 'completed'") == 1
        assert await payments.count("outbox WHERE type = 'payment.completed'") == 1
        decisions = 2 if point is Point.SETTLE_BEFORE_PROVIDER else 1  # the first one did not reach the provider
        assert await payments.count("outbox WHERE type = 'admin.acted'") == decisions


@pytest.mark.parametrize("point", ["migration.locked", "migration.before_commit", "migration.after_commit"])
def test_a_migration_that_died_is_made_by_the_next(
    settings: PaymentSettings, new_database: Callable[[str], str], point: str
) -> None:
    url = new_database(f"edu_payment_{point.replace('.', '_')}")
    environment = {**os.environ, "DATABASE_URL": url, **secret_environment("payment")}

    def migrate(failpoint: str) -> int:
        command = [sys.executable, "-m", "edu_payment", "migrate"]
        return subprocess.run(command, env={**environment, "FAILPOINT": failpoint}, check=False).returncode  # noqa: S603

    assert migrate(point) == KILLED
    assert migrate("") == 0
    fresh = PaymentSettings.model_validate({**settings.model_dump(exclude_unset=True), "database_url": url})
    assert asyncio.run(revision(fresh)) == migrations.read_schema("edu_payment").head


async def revision(settings: PaymentSettings) -> str | None:
    database = Database(settings)
    async with database.read() as connection:
        found = await migrations.current_revision(connection)
    await database.close()
    return found
