"""Reading payments."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest

from edu_common.auth.access_tokens import Role
from edu_common.ids import new_id, utc_now
from edu_common.testing.tokens import Signer
from edu_payment.models import Payment, State

AddPayment = Callable[..., Awaitable[Payment]]

HOSTILE = ["%00", "' OR 1=1 --", "x" * 5000, "NaN", "99999999999999999999", "%ED%A0%80", "../me"]


def wire(params: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in params.items()}


class TestGetPayment:
    async def test_anonymous(self, client: httpx2.AsyncClient, add_payment: AddPayment) -> None:
        response = await client.get(f"/payments/{(await add_payment()).id}")
        assert response.status_code == 401
        assert response.headers["www-authenticate"]

    async def test_other_student_and_the_courses_teacher(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        payment = await add_payment()
        for stranger in (signer.headers(), signer.headers(payment.teacher_id, Role.TEACHER)):
            response = await client.get(f"/payments/{payment.id}", headers=stranger)
            assert (response.status_code, response.json()["code"]) == (404, "payment_not_found")

    async def test_unknown(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await client.get(f"/payments/{new_id()}", headers=signer.headers(role=Role.ADMIN))
        assert response.status_code == 404

    @pytest.mark.parametrize("value", HOSTILE)
    async def test_a_malformed_id(self, client: httpx2.AsyncClient, signer: Signer, value: str) -> None:
        response = await client.get(f"/payments/{value}", headers=signer.headers())
        assert response.status_code in (404, 422)

    async def test_its_student_and_an_admin(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        payment = await add_payment()
        for reader in (signer.headers(payment.student_id), signer.headers(role=Role.ADMIN)):
            response = await client.get(f"/payments/{payment.id}", headers=reader)
            assert response.status_code == 200
            assert response.headers["cache-control"] == "no-store"
            body = response.json()
            assert {name: body[name] for name in ("id", "student_id", "course_id", "course_title")} == {
                "id": str(payment.id),
                "student_id": str(payment.student_id),
                "course_id": str(payment.course_id),
                "course_title": "Practical Gardening",
            }
            assert (body["amount"], body["currency"], body["provider"]) == ("49.99", "USD", "mock")
            assert body["completed_at"].endswith("Z")
            assert body["refunded_at"] is None

    @pytest.mark.parametrize(
        ("state", "status"),
        [
            (State.CHARGING, "pending"),
            (State.AWAITING, "pending"),
            (State.FAILED, "failed"),
            (State.COMPLETED, "completed"),
            (State.REFUND_PENDING, "completed"),
            (State.REFUNDED, "refunded"),
        ],
    )
    async def test_the_status_that_each_state_shows(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer, state: State, status: str
    ) -> None:
        payment = await add_payment(state=state)
        response = await client.get(f"/payments/{payment.id}", headers=signer.headers(payment.student_id))
        assert response.json()["status"] == status


class TestListMyPayments:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/payments/me")).status_code == 401

    async def test_only_ones_own_the_newest_first(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        student_id = new_id()
        mine = [
            await add_payment(student_id=student_id, created_at=utc_now() - timedelta(minutes=age)) for age in (3, 2, 1)
        ]
        await add_payment()
        body = (await client.get("/payments/me", headers=signer.headers(student_id))).json()
        assert [item["id"] for item in body["items"]] == [str(payment.id) for payment in reversed(mine)]
        assert (body["total"], body["next_cursor"]) == (3, None)

    async def test_of_one_course_and_status(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        student_id, course_id = new_id(), new_id()
        pending = await add_payment(student_id=student_id, course_id=course_id, state=State.AWAITING)
        await add_payment(student_id=student_id, course_id=course_id, state=State.FAILED)
        await add_payment(student_id=student_id, state=State.AWAITING)
        await add_payment(course_id=course_id, state=State.AWAITING)
        headers, wanted = signer.headers(student_id), {"course_id": str(course_id), "status": "pending"}
        body = (await client.get("/payments/me", headers=headers, params=wanted)).json()
        assert [item["id"] for item in body["items"]] == [str(pending.id)]

    async def test_cursors_walk_the_whole_list(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        student_id = new_id()
        made = {str((await add_payment(student_id=student_id)).id) for _ in range(5)}
        headers = signer.headers(student_id)
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 2}
        while True:
            page = (await client.get("/payments/me", headers=headers, params=params)).json()
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert len(seen) == 5
        assert set(seen) == made

    async def test_somebody_elses_cursor(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer
    ) -> None:
        student_id = new_id()
        for _ in range(2):
            await add_payment(student_id=student_id)
        page = await client.get("/payments/me?limit=1", headers=signer.headers(student_id))
        params = {"cursor": page.json()["next_cursor"]}
        response = await client.get("/payments/me", headers=signer.headers(), params=params)
        assert response.status_code == 422


class TestListPayments:
    async def test_for_admins_alone(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        assert (await client.get("/admin/payments")).status_code == 401
        for role in (Role.STUDENT, Role.TEACHER):
            response = await client.get("/admin/payments", headers=signer.headers(role=role))
            assert (response.status_code, response.json()["code"]) == (403, "role_required")

    @pytest.mark.parametrize("name", ["status", "student_id", "course_id", "cursor", "limit"])
    @pytest.mark.parametrize("value", HOSTILE)
    async def test_hostile_filters(self, client: httpx2.AsyncClient, signer: Signer, name: str, value: str) -> None:
        response = await client.get(f"/admin/payments?{name}={value}", headers=signer.headers(role=Role.ADMIN))
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"][-1] == name

    async def test_none_at_all(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        body = (await client.get("/admin/payments", headers=signer.headers(role=Role.ADMIN))).json()
        assert (body["items"], body["total"], body["next_cursor"]) == ([], 0, None)

    async def test_filters(self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer) -> None:
        made = {state: await add_payment(state=state) for state in State}
        one = made[State.COMPLETED]

        async def found(**params: Any) -> set[UUID]:
            response = await client.get("/admin/payments", headers=signer.headers(role=Role.ADMIN), params=wire(params))
            assert response.status_code == 200, response.text
            body = response.json()
            assert body["total"] == len(body["items"])
            return {UUID(item["id"]) for item in body["items"]}

        def those(*states: State) -> set[UUID]:
            return {made[state].id for state in states}

        assert await found() == those(*State)
        assert await found(status="pending") == those(State.CHARGING, State.AWAITING)
        assert await found(status="completed") == those(State.COMPLETED, State.REFUND_PENDING)
        assert await found(status="failed") == those(State.FAILED)
        assert await found(status="refunded") == those(State.REFUNDED)
        assert await found(student_id=one.student_id) == {one.id}
        assert await found(course_id=one.course_id) == {one.id}
        assert await found(course_id=one.course_id, status="failed") == set()


class TestQuestionsOfOtherServices:
    async def test_users_are_refused(self, client: httpx2.AsyncClient, add_payment: AddPayment, signer: Signer) -> None:
        payment = await add_payment()
        path = f"/internal/payments/{payment.id}"
        assert (await client.get(path)).status_code == 401
        for user in (signer.headers(payment.student_id), signer.headers(role=Role.ADMIN)):
            assert (await client.get(path, headers=user)).status_code == 401

    async def test_not_at_the_public_origin(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, as_service: dict[str, str]
    ) -> None:
        payment = await add_payment()
        response = await client.get(f"/api/payment/internal/payments/{payment.id}", headers=as_service)
        assert response.status_code == 404

    async def test_one_payment(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, as_service: dict[str, str]
    ) -> None:
        payment = await add_payment()
        response = await client.get(f"/internal/payments/{payment.id}", headers=as_service)
        said = response.json()
        assert datetime.fromisoformat(said.pop("completed_at")) == payment.completed_at
        assert said == {
            "id": str(payment.id),
            "student_id": str(payment.student_id),
            "course_id": str(payment.course_id),
            "status": "completed",
        }
        assert (await client.get(f"/internal/payments/{new_id()}", headers=as_service)).status_code == 404

    async def test_of_a_student_and_course_completed_ones_first(
        self, client: httpx2.AsyncClient, add_payment: AddPayment, as_service: dict[str, str]
    ) -> None:
        place = {"student_id": new_id(), "course_id": new_id()}
        for state in (State.REFUNDED, State.COMPLETED, State.FAILED):
            await add_payment(state=state, **place)
        await add_payment(student_id=place["student_id"])
        response = await client.get("/internal/payments", headers=as_service, params=wire(place))
        statuses = [item["status"] for item in response.json()["items"]]
        assert statuses == ["completed", "failed", "refunded"]
