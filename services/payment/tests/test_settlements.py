"""Settling what the mock provider leaves pending."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from sqlalchemy.exc import IntegrityError

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_payment.models import Payment, State

AddPayment = Callable[..., Awaitable[Payment]]
Count = Callable[[str], Awaitable[int]]


class TestSettle:
    async def test_for_admins_alone(self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer) -> None:
        payment = await add_payment(state=State.AWAITING)
        path, body = f"/admin/payments/{payment.id}/settle", {"outcome": "completed"}
        assert (await client.post(path, json=body)).status_code == 401
        for user in (signer.headers(payment.student_id), signer.headers(payment.teacher_id, Role.TEACHER)):
            assert (await client.post(path, json=body, headers=user)).status_code == 403

    async def test_unknown(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await client.post(
            f"/admin/payments/{new_id()}/settle", json={"outcome": "failed"}, headers=signer.headers(role=Role.ADMIN)
        )
        assert response.status_code == 404

    @pytest.mark.parametrize("outcome", ["refunded", "", None, 1])
    async def test_a_bad_outcome(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, outcome: object
    ) -> None:
        payment = await add_payment(state=State.AWAITING)
        response = await client.post(
            f"/admin/payments/{payment.id}/settle", json={"outcome": outcome}, headers=signer.headers(role=Role.ADMIN)
        )
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == ["body", "outcome"]

    @pytest.mark.parametrize("state", [state for state in State if state is not State.AWAITING])
    async def test_what_does_not_pend(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, state: State
    ) -> None:
        payment = await add_payment(state=state)
        response = await client.post(
            f"/admin/payments/{payment.id}/settle",
            json={"outcome": "completed"},
            headers=signer.headers(role=Role.ADMIN),
        )
        assert (response.status_code, response.json()["code"]) == (409, "not_pending")

    async def test_another_providers_payment(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        payment = await add_payment(state=State.AWAITING, provider="bank")
        response = await client.post(
            f"/admin/payments/{payment.id}/settle", json={"outcome": "failed"}, headers=signer.headers(role=Role.ADMIN)
        )
        assert (response.status_code, response.json()["code"]) == (409, "not_pending")

    @pytest.mark.parametrize("outcome", ["completed", "failed"])
    async def test_once(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, count: Count, outcome: str
    ) -> None:
        payment = await add_payment(state=State.AWAITING)
        path, admin = f"/admin/payments/{payment.id}/settle", signer.headers(role=Role.ADMIN)
        first = await client.post(path, json={"outcome": outcome}, headers=admin)
        assert (first.status_code, first.json()["status"]) == (200, outcome)
        again = await client.post(path, json={"outcome": outcome}, headers=admin)
        assert (again.status_code, again.json()["code"]) == (409, "not_pending")
        assert await count("outbox WHERE type = 'payment.completed'") == (outcome == "completed")
        deed = f"data->>'action' = 'payment.settled' AND data->'detail'->>'outcome' = '{outcome}'"
        assert await count(f"outbox WHERE type = 'admin.acted' AND {deed}") == 1

    @pytest.mark.parametrize("state", [State.CHARGING, State.AWAITING, State.COMPLETED, State.REFUND_PENDING])
    async def test_for_one_course_no_second_one_can_be_open(self, add_payment: AddPayment, state: State) -> None:
        place = {"student_id": new_id(), "course_id": new_id()}
        await add_payment(**place, state=state)
        with pytest.raises(IntegrityError):
            await add_payment(**place, state=State.AWAITING)

    async def test_twenty_at_once_have_one_outcome(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, count: Count
    ) -> None:
        payment = await add_payment(state=State.AWAITING)
        path, admin = f"/admin/payments/{payment.id}/settle", signer.headers(role=Role.ADMIN)
        wishes = ["completed", "failed"] * 10
        answers = await asyncio.gather(
            *(client.post(path, json={"outcome": outcome}, headers=admin) for outcome in wishes)
        )
        granted = {answer.json()["status"] for answer in answers if answer.status_code == 200}
        assert len(granted) == 1
        assert {answer.status_code for answer in answers} == {200, 409}
        (outcome,) = granted
        assert await count(f"payments WHERE state = '{outcome}'") == 1
        assert await count(f"mock_charges WHERE state = '{outcome}'") == 1
        assert await count("outbox WHERE type = 'payment.completed'") == (outcome == "completed")
        assert await count("outbox WHERE type = 'admin.acted'") == 1
