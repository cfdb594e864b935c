"""An erased student's payments stay, without a name."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import text

from edu_common.ids import new_id, utc_now
from edu_common.testing.keys import service_call
from edu_payment.context import PaymentContext
from edu_payment.models import Payment, State
from edu_payment.payments import repository
from edu_payment.payments.outcomes import apply_outcome
from edu_payment.providers.base import Outcome

from .conftest import AddPayment, usual

NAMES = text("SELECT student_name FROM payments")
PUBLISHED = text("SELECT data ->> 'student_name' FROM outbox")


async def erase(client: httpx2.AsyncClient, student_id: UUID) -> None:
    event = {"id": new_id(), "source": "identity", "type": "user.erased", "subject": student_id, "time": utc_now()}
    body = [{**{name: str(value) for name, value in event.items()}, "data": {"user_id": str(student_id)}}]
    response = await client.post("/internal/events", json=body, headers=service_call("identity", audience="payment"))
    assert response.json()["failed"] == {}, response.text


def opening(student_id: UUID) -> dict[str, Any]:
    """Return the columns of a purchase that is about to be charged."""
    request = {"idempotency_key": "a key", "request_hash": "a hash"}
    values = usual(State.CHARGING) | {"student_id": student_id} | request
    return {name: values[name] for name in repository.NEW}


async def names(runtime: PaymentContext) -> tuple[list[str], list[str]]:
    """Return the names in the payments and in their events."""
    async with runtime.database.read() as connection:
        return await connection.scalars(NAMES), await connection.scalars(PUBLISHED)


async def test_the_name_goes_from_payments_and_events(
    client: httpx2.AsyncClient, runtime: PaymentContext, add_payment: AddPayment
) -> None:
    payment = await add_payment(state=State.AWAITING)
    await apply_outcome(runtime, payment.id, Outcome(State.COMPLETED))
    assert await names(runtime) == (["Ada Lovelace"], ["Ada Lovelace"])
    await erase(client, payment.student_id)
    assert await names(runtime) == ([""], [""])


async def test_a_purchase_that_opens_after_it_has_no_name(client: httpx2.AsyncClient, runtime: PaymentContext) -> None:
    student_id = new_id()
    await erase(client, student_id)
    async with runtime.database.unit_of_work() as unit:
        payment = await repository.open_unless_taken(unit, opening(student_id))
    assert payment is not None
    await apply_outcome(runtime, payment.id, Outcome(State.COMPLETED))
    assert await names(runtime) == ([""], [""])


async def test_it_waits_for_a_purchase_that_opens(client: httpx2.AsyncClient, runtime: PaymentContext) -> None:
    student_id = new_id()
    async with runtime.database.unit_of_work() as unit:
        payment = await repository.open_unless_taken(unit, opening(student_id))
        assert payment is not None
        assert payment.student_name == "Ada Lovelace"
        erasing = asyncio.create_task(erase(client, student_id))
        await erase(client, new_id())
        assert not erasing.done()
    await erasing
    assert await names(runtime) == ([""], [])


async def test_a_refund_after_it_keeps_no_reason(
    client: httpx2.AsyncClient, runtime: PaymentContext, add_payment: AddPayment
) -> None:
    payments: list[Payment] = [await add_payment(), await add_payment()]
    await erase(client, payments[0].student_id)
    async with runtime.database.unit_of_work() as unit:
        for payment in payments:
            await repository.begin_refund(unit, payment.id, "I am Ada")
        found = [await repository.get(unit, payment.id) for payment in payments]
    assert [payment.refund_reason for payment in found if payment] == [None, "I am Ada"]
