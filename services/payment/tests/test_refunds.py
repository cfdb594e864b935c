"""Refunds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx2
import pytest

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id, utc_now
from edu_common.testing.keys import service_call
from edu_common.testing.tokens import Signer
from edu_payment import tasks
from edu_payment.context import PaymentContext
from edu_payment.models import Payment, State

AddPayment = Callable[..., Awaitable[Payment]]
Count = Callable[[str], Awaitable[int]]


class TestRefund:
    async def test_anonymous(self, client: httpx2.AsyncClient, add_payment: AddPayment) -> None:
        assert (await client.post(f"/payments/{(await add_payment()).id}/refund")).status_code == 401

    async def test_other_student_and_the_courses_teacher(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, count: Count
    ) -> None:
        payment = await add_payment()
        for stranger in (signer.headers(), signer.headers(payment.teacher_id, Role.TEACHER)):
            response = await client.post(f"/payments/{payment.id}/refund", headers=stranger)
            assert (response.status_code, response.json()["code"]) == (404, "payment_not_found")
        assert await count("payments WHERE state = 'completed'") == 1

    async def test_unknown(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await client.post(f"/payments/{new_id()}/refund", headers=signer.headers(role=Role.ADMIN))
        assert response.status_code == 404

    @pytest.mark.parametrize("reason", [1, "", "x" * 501, "a\x00b", "\u200b"])
    async def test_a_bad_reason(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, reason: object
    ) -> None:
        payment = await add_payment()
        response = await client.post(
            f"/payments/{payment.id}/refund", json={"reason": reason}, headers=signer.headers(payment.student_id)
        )
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == ["body", "reason"]

    @pytest.mark.parametrize("state", [State.CHARGING, State.AWAITING, State.FAILED])
    async def test_what_was_never_paid(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, state: State
    ) -> None:
        payment = await add_payment(state=state)
        for asking in (signer.headers(payment.student_id), signer.headers(role=Role.ADMIN)):
            response = await client.post(f"/payments/{payment.id}/refund", headers=asking)
            assert (response.status_code, response.json()["code"]) == (409, "not_refundable")

    async def test_after_30_days(self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer) -> None:
        payment = await add_payment(completed_at=utc_now() - timedelta(days=30, seconds=1))
        response = await client.post(f"/payments/{payment.id}/refund", headers=signer.headers(payment.student_id))
        assert (response.status_code, response.json()["code"]) == (409, "refund_window_closed")

    async def test_progress_unknown(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, count: Count
    ) -> None:
        payment = await add_payment(completed_at=utc_now() - timedelta(days=29, hours=23))
        async with asyncio.timeout(2.5):
            response = await client.post(f"/payments/{payment.id}/refund", headers=signer.headers(payment.student_id))
        assert (response.status_code, response.json()["code"]) == (503, "dependency_unavailable")
        assert await count("payments WHERE state = 'completed'") == 1

    async def test_an_admin_at_any_time(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, count: Count
    ) -> None:
        payment = await add_payment(completed_at=utc_now() - timedelta(days=400))
        path, admin = f"/payments/{payment.id}/refund", signer.headers(role=Role.ADMIN)
        first = await client.post(path, json={"reason": "Asked by mail."}, headers=admin)
        assert (first.status_code, first.json()["status"]) == (200, "refunded")
        assert first.json()["refunded_at"]
        again = await client.post(path, headers=admin)
        assert (again.status_code, again.json()) == (200, first.json())
        assert await count("outbox WHERE type = 'payment.refunded'") == 1
        assert await count("mock_charges WHERE state = 'refunded'") == 1
        assert await count("payments WHERE refund_reason = 'Asked by mail.'") == 1

    async def test_twenty_at_once_are_one_refund(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, count: Count
    ) -> None:
        path, admin = f"/payments/{(await add_payment()).id}/refund", signer.headers(role=Role.ADMIN)
        answers = await asyncio.gather(*(client.post(path, headers=admin) for _ in range(20)))
        assert {(answer.status_code, answer.json()["status"]) for answer in answers} == {(200, "refunded")}
        assert await count("outbox WHERE type = 'payment.refunded'") == 1
        assert await count("outbox WHERE data->>'action' = 'payment.refunded'") == 1

    async def test_goes_on_with_a_refund_that_was_decided(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        """Without checking again whether it is allowed: the enrollment service is unavailable here."""
        payment = await add_payment(state=State.REFUND_PENDING)
        response = await client.post(f"/payments/{payment.id}/refund", headers=signer.headers(payment.student_id))
        assert (response.status_code, response.json()["status"]) == (200, "refunded")


class TestOwnRefund:
    """Refund of a payment that the enrollment service could not fulfil."""

    @pytest.fixture
    def reject_enrollment(
        self, client: httpx2.AsyncClient, as_service: dict[str, str]
    ) -> Callable[..., Awaitable[None]]:
        async def deliver(payment: Payment, cause: str) -> None:
            event = {
                "id": str(new_id()),
                "source": "enrollment",
                "type": "enrollment.refused",
                "subject": str(payment.id),
                "time": utc_now().isoformat(),
                "data": {"payment_id": str(payment.id), "cause": cause},
            }
            response = await client.post("/internal/events", json=[event], headers=as_service)
            assert response.json()["failed"] == {}, response.text

        return deliver

    @pytest.mark.parametrize("cause", ["course_deleted", "already_enrolled"])
    async def test_is_made_and_told(
        self,
        client: httpx2.AsyncClient,
        runtime: PaymentContext,
        add_payment: AddPayment,
        reject_enrollment: Callable[..., Awaitable[None]],
        signer: Signer,
        count: Count,
        cause: str,
    ) -> None:
        payment = await add_payment()
        await reject_enrollment(payment, cause)
        await reject_enrollment(payment, cause)
        async with asyncio.timeout(5):
            while not await count("payments WHERE state = 'refunded'"):
                await tasks.sweep(runtime)
        shown = (await client.get(f"/payments/{payment.id}", headers=signer.headers(payment.student_id))).json()
        assert (shown["status"], shown["refund_cause"]) == ("refunded", cause)
        assert await count("mock_charges WHERE state = 'refunded'") == 1
        assert await count(f"outbox WHERE type = 'payment.refunded' AND data->>'cause' = '{cause}'") == 1

    @pytest.mark.parametrize("state", [State.FAILED, State.REFUNDED])
    async def test_of_what_holds_no_money_changes_nothing(
        self, add_payment: AddPayment, reject_enrollment: Callable[..., Awaitable[None]], count: Count, state: State
    ) -> None:
        await reject_enrollment(await add_payment(state=state), "course_deleted")
        assert await count(f"payments WHERE state = '{state}' AND refund_cause IS NULL") == 1


class TestPaymentCount:
    @pytest.mark.parametrize(
        ("state", "counted"),
        [
            (State.CHARGING, 1),
            (State.AWAITING, 1),
            (State.COMPLETED, 1),
            (State.REFUND_PENDING, 1),
            (State.FAILED, 0),
            (State.REFUNDED, 0),
        ],
    )
    async def test_of_those_that_hold_the_course(
        self,
        client: httpx2.AsyncClient,
        add_payment: AddPayment,
        state: State,
        counted: int,
    ) -> None:
        payment = await add_payment(state=state)
        await add_payment()
        headers = service_call("course", audience="payment")
        answer = await client.get(f"/internal/courses/{payment.course_id}/payment-count", headers=headers)
        assert answer.json() == {"count": counted}

    async def test_for_services_alone(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        path = f"/internal/courses/{new_id()}/payment-count"
        for headers in (None, signer.headers(role=Role.ADMIN)):
            assert (await client.get(path, headers=headers)).status_code == 401
