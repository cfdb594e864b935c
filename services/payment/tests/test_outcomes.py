"""A provider's outcomes, applied in any order and any number of times."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from decimal import Decimal

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, update

from edu_common.ids import new_id, utc_now
from edu_payment import tasks
from edu_payment.context import PaymentContext
from edu_payment.models import MockCharge, Payment, RefundCause, State
from edu_payment.payments import repository, service
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.outcomes import apply_outcome
from edu_payment.providers.base import Outcome

AddPayment = Callable[..., Awaitable[Payment]]
Count = Callable[[str], Awaitable[int]]

SAYINGS = (State.AWAITING, State.FAILED, State.COMPLETED, State.REFUNDED)


class TestApplyOutcome:
    async def test_of_no_payment(self, runtime: PaymentContext) -> None:
        with pytest.raises(PaymentNotFound):
            await apply_outcome(runtime, new_id(), Outcome(State.COMPLETED))

    @pytest.mark.parametrize("said", [*itertools.permutations(SAYINGS, 3), *itertools.permutations(SAYINGS, 4)])
    async def test_any_order_leads_to_the_furthest(
        self, runtime: PaymentContext, add_payment: AddPayment, count: Count, said: tuple[State, ...]
    ) -> None:
        payment = await add_payment(state=State.CHARGING)
        for state in (*said, *said):
            await apply_outcome(runtime, payment.id, Outcome(state))
        assert (await service.get(runtime, payment.id)).state == max(said, key=SAYINGS.index)
        assert await count("outbox WHERE type = 'payment.refunded'") == (State.REFUNDED in said)
        assert await count("outbox WHERE type = 'payment.completed'") <= 1

    async def test_twenty_at_once_tell_once(
        self, runtime: PaymentContext, add_payment: AddPayment, count: Count
    ) -> None:
        payment = await add_payment(state=State.CHARGING)
        outcome = Outcome(State.COMPLETED)
        applied = await asyncio.gather(*(apply_outcome(runtime, payment.id, outcome) for _ in range(20)))
        assert len({(each.completed_at, each.answer) for each in applied}) == 1
        assert await count("outbox") == 1

    async def test_a_second_completion_for_a_course_is_refunded_by_itself(
        self, runtime: PaymentContext, add_payment: AddPayment, count: Count
    ) -> None:
        """A bank that declined and charged anyway, after the student had paid in another way."""
        paid = await add_payment()
        late = await add_payment(state=State.FAILED, student_id=paid.student_id, course_id=paid.course_id)
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(update(MockCharge).values(state=State.COMPLETED))
        second = await apply_outcome(runtime, late.id, Outcome(State.COMPLETED))
        assert (second.state, second.refund_cause) == (State.REFUND_PENDING, RefundCause.ALREADY_PAID)
        await swept(runtime, late, "refunded")
        assert (await service.get(runtime, paid.id)).state == State.COMPLETED
        told = "outbox WHERE type = 'payment.refunded' AND data->>'cause' = 'already_paid'"
        assert (await count(told), await count("outbox")) == (1, 1)
        assert await count(f"mock_charges WHERE state = 'refunded' AND idempotency_key = '{late.id}'") == 1

    async def test_the_event_says_what_the_others_need(
        self, runtime: PaymentContext, add_payment: AddPayment, count: Count
    ) -> None:
        payment = await add_payment(state=State.CHARGING)
        await apply_outcome(runtime, payment.id, Outcome(State.COMPLETED))
        told = (
            f"outbox WHERE subject = '{payment.id}' AND data->>'payment_id' = '{payment.id}'"
            f" AND data->>'student_id' = '{payment.student_id}' AND data->>'course_id' = '{payment.course_id}'"
            " AND data->>'student_name' = 'Ada Lovelace' AND data->>'course_title' = 'Practical Gardening'"
            " AND data->>'amount' = '49.99' AND data->>'currency' = 'USD'"
            " AND (data->>'completed_at')::timestamptz <= now()"
        )
        assert await count(told) == 1
        assert await count("outbox_deliveries WHERE subscriber IN ('enrollment', 'notification')") == 2

    async def test_counted_by_status(
        self, client: httpx2.AsyncClient, runtime: PaymentContext, add_payment: AddPayment
    ) -> None:
        before = await payments_total(client)
        payment = await add_payment(state=State.CHARGING)
        for state in (State.AWAITING, State.COMPLETED, State.COMPLETED, State.REFUNDED):
            await apply_outcome(runtime, payment.id, Outcome(state))
        after = await payments_total(client)
        grown = {status: after[status] - before[status] for status in after}
        assert grown == {"pending": 1, "completed": 1, "failed": 0, "refunded": 1}


async def payments_total(client: httpx2.AsyncClient) -> dict[str, float]:
    text = (await client.get("/metrics")).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {sample.labels["status"]: sample.value for sample in samples if sample.name == "payments_total"}


def long_ago() -> datetime:
    return utc_now() - timedelta(minutes=1)


async def add_overdue(add_payment: AddPayment, *, state: State, amount: str = "49.99") -> Payment:
    return await add_payment(state=state, amount=Decimal(amount), check_at=long_ago())


async def swept(runtime: PaymentContext, payment: Payment, state: str) -> None:
    """Sweep and wait for the payment's state: the service's own sweeper may have claimed it first."""
    async with asyncio.timeout(5):
        while (await service.get(runtime, payment.id)).state != state:
            await tasks.sweep(runtime)


class TestSweep:
    @pytest.mark.parametrize(("amount", "state"), [("20.00", "completed"), ("20.13", "failed"), ("20.37", "awaiting")])
    async def test_charges_what_the_provider_never_saw(
        self, runtime: PaymentContext, add_payment: AddPayment, count: Count, amount: str, state: str
    ) -> None:
        payment = await add_overdue(add_payment, state=State.CHARGING, amount=amount)
        await swept(runtime, payment, state)
        assert await count("mock_charges") == 1

    async def test_believes_the_provider(self, runtime: PaymentContext, add_payment: AddPayment, count: Count) -> None:
        """A settlement that died after its reservation: the bank has not decided, whatever the amount says."""
        payment = await add_payment(state=State.AWAITING)
        async with runtime.database.unit_of_work() as unit:
            await repository.reserve_awaiting(unit, payment.id)
            await unit.execute(update(Payment).where(Payment.id == payment.id).values(check_at=long_ago()))
        await swept(runtime, payment, "awaiting")
        assert await count("outbox") == 0

    async def test_finishes_refunds(self, runtime: PaymentContext, add_payment: AddPayment, count: Count) -> None:
        payment = await add_overdue(add_payment, state=State.REFUND_PENDING)
        await swept(runtime, payment, "refunded")
        assert await count("outbox WHERE type = 'payment.refunded'") == 1

    async def test_leaves_alone_what_has_just_begun(self, runtime: PaymentContext, add_payment: AddPayment) -> None:
        payment = await add_payment(state=State.CHARGING)
        assert await tasks.sweep(runtime) == 0
        assert (await service.get(runtime, payment.id)).state == State.CHARGING

    async def test_one_that_cannot_be_finished_does_not_stop_the_others(
        self, runtime: PaymentContext, add_payment: AddPayment, count: Count
    ) -> None:
        hopeless = await add_overdue(add_payment, state=State.REFUND_PENDING)
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(delete(MockCharge))
        payment = await add_overdue(add_payment, state=State.CHARGING)
        await swept(runtime, payment, "completed")
        assert (await service.get(runtime, hopeless.id)).state == State.REFUND_PENDING

    async def test_several_at_once_finish_each_once(
        self, runtime: PaymentContext, add_payment: AddPayment, count: Count
    ) -> None:
        payments = [await add_overdue(add_payment, state=State.CHARGING) for _ in range(30)]
        await asyncio.gather(*(tasks.sweep(runtime) for _ in range(4)))
        for payment in payments:
            await swept(runtime, payment, "completed")
        assert await count("outbox") == await count("mock_charges") == 30
