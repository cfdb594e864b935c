"""Buying a course, without the other services: everything before and after their responses."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from edu_common.auth.access_tokens import Claims, Role
from edu_common.errors import DomainError
from edu_common.ids import new_id
from edu_common.testing.tokens import Signer
from edu_payment.clients import Course
from edu_payment.context import PaymentContext
from edu_payment.models import MockCharge, Payment, State
from edu_payment.payments.errors import AlreadyOwned
from edu_payment.payments.outcomes import apply_outcome, charge
from edu_payment.providers.base import Outcome
from edu_payment.purchases.errors import (
    CourseIsFree,
    CourseNotFound,
    NotOnSale,
    OwnCourse,
    PaymentInProgress,
    PriceChanged,
)
from edu_payment.purchases.schemas import PaymentCreate
from edu_payment.purchases.service import check_on_sale, open_payment

AddPayment = Callable[..., Awaitable[Payment]]
Count = Callable[[str], Awaitable[int]]


@pytest.fixture
async def student(runtime: PaymentContext, signer: Signer) -> Claims:
    return await runtime.access_tokens.verify(signer.token())


def course_at(price: str | None, **other: Any) -> Course:
    usual: dict[str, Any] = {
        "id": new_id(),
        "teacher_id": new_id(),
        "title": "Practical Gardening",
        "status": "published",
        "is_free": False,
        "price": price,
        "currency": "USD",
    }
    return Course.model_validate({**usual, **other})


async def buy(client: httpx2.AsyncClient, headers: Any, key: str | None = "key", **body: Any) -> httpx2.Response:
    sent = httpx2.Headers(headers, encoding="utf-8")
    if key is not None:
        sent["Idempotency-Key"] = key
    return await client.post("/payments", json=body, headers=sent)


class TestRefusals:
    async def test_anonymous(self, client: httpx2.AsyncClient) -> None:
        assert (await buy(client, {}, course_id=str(new_id()))).status_code == 401

    async def test_admins_do_not_pay(self, client: httpx2.AsyncClient, signer: Signer) -> None:
        response = await buy(client, signer.headers(role=Role.ADMIN), course_id=str(new_id()))
        assert (response.status_code, response.json()["code"]) == (403, "role_required")

    @pytest.mark.parametrize("key", [None, "", "k" * 201, "tab\tkey", "ключ"])
    async def test_no_usable_key(self, client: httpx2.AsyncClient, signer: Signer, key: str | None) -> None:
        response = await buy(client, signer.headers(), key, course_id=str(new_id()))
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"] == ["header", "Idempotency-Key"]
        assert "Idempotency-Key" in response.json()["detail"]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("course_id", "nonsense"),
            ("course_id", None),
            ("amount", "0"),
            ("amount", "-5.00"),
            ("amount", "1.001"),
            ("amount", "1e400"),
            ("amount", "NaN"),
            ("amount", "Infinity"),
            ("amount", "\ud800"),
            ("amount", 10**400),
            ("amount", "9" * 5000),
            ("amount", True),
            ("price", "1.00"),
        ],
    )
    async def test_a_bad_body(self, client: httpx2.AsyncClient, signer: Signer, field: str, value: Any) -> None:
        body = json.dumps({"course_id": str(new_id()), field: value})
        headers = {**signer.headers(), "Idempotency-Key": "key", "Content-Type": "application/json"}
        response = await client.post("/payments", content=body, headers=headers)
        assert response.status_code == 422, response.text
        assert response.json()["errors"][0]["loc"][1] == field

    async def test_course_service_away(self, client: httpx2.AsyncClient, signer: Signer, count: Count) -> None:
        async with asyncio.timeout(2.5):
            response = await buy(client, signer.headers(), course_id=str(new_id()))
        assert (response.status_code, response.json()["code"]) == (503, "dependency_unavailable")
        assert response.headers["retry-after"]
        assert await count("payments") == 0


class TestOnSale:
    @pytest.mark.parametrize(
        ("course", "refusal"),
        [
            (course_at("19.00", status="draft"), CourseNotFound),
            (course_at("19.00", status="archived"), NotOnSale),
            (course_at(None, is_free=True), CourseIsFree),
            (course_at(None, is_free=True, status="archived"), NotOnSale),
        ],
        ids=["draft", "archived", "free", "free and archived"],
    )
    def test_not(self, course: Course, refusal: type[DomainError]) -> None:
        with pytest.raises(refusal):
            check_on_sale(course, new_id(), amount=None)

    def test_to_its_own_teacher(self) -> None:
        course = course_at("19.00")
        with pytest.raises(OwnCourse):
            check_on_sale(course, course.teacher_id, amount=None)

    @pytest.mark.parametrize("amount", ["18.99", "19.01", "0.01"])
    def test_for_another_amount(self, amount: str) -> None:
        with pytest.raises(PriceChanged) as refusal:
            check_on_sale(course_at("19.00"), new_id(), Decimal(amount))
        assert refusal.value.members["price"] == "19.00"

    @pytest.mark.parametrize("amount", [None, "19", "19.00"])
    def test_for_its_price(self, amount: str | None) -> None:
        check_on_sale(course_at("19.00"), new_id(), Decimal(amount) if amount else None)


class TestRepeatedRequest:
    async def test_gives_the_first_answer_whatever_came_after(
        self, client: httpx2.AsyncClient, runtime: PaymentContext, signer: Signer, student: Claims
    ) -> None:
        course = course_at("19.00")
        body = PaymentCreate(course_id=course.id)
        payment = await charge(runtime, await open_payment(runtime, student, course, "key", body))
        headers = signer.headers(student.user_id)
        first = await buy(client, headers, course_id=str(course.id))
        refunded = await client.post(f"/payments/{payment.id}/refund", headers=signer.headers(role=Role.ADMIN))
        assert refunded.status_code == 200
        second = await buy(client, headers, course_id=str(course.id))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert first.json()["id"] == str(payment.id)
        assert first.json()["status"] == "completed"

    async def test_with_another_body(
        self, client: httpx2.AsyncClient, runtime: PaymentContext, signer: Signer, student: Claims
    ) -> None:
        course = course_at("19.00")
        await open_payment(runtime, student, course, "key", PaymentCreate(course_id=course.id))
        headers = signer.headers(student.user_id)
        for other in ({"course_id": str(new_id())}, {"course_id": str(course.id), "amount": "19.00"}):
            response = await buy(client, headers, **other)
            assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")

    async def test_the_same_amount_written_otherwise_is_the_same_body(self) -> None:
        course_id = new_id()
        prints = {PaymentCreate(course_id=course_id, amount=Decimal(amount)).fingerprint() for amount in ("5", "5.00")}
        assert len(prints) == 1

    async def test_another_students_key_is_not_mine(
        self, client: httpx2.AsyncClient, runtime: PaymentContext, signer: Signer, student: Claims
    ) -> None:
        course = course_at("19.00")
        await open_payment(runtime, student, course, "key", PaymentCreate(course_id=course.id))
        response = await buy(client, signer.headers(), course_id=str(course.id))
        assert response.json()["code"] == "dependency_unavailable", "must have gone on to ask the course service"

    @pytest.mark.parametrize(("price", "status"), [("20.00", "completed"), ("20.13", "failed"), ("20.37", "pending")])
    async def test_goes_on_where_the_first_try_died(
        self,
        client: httpx2.AsyncClient,
        runtime: PaymentContext,
        signer: Signer,
        student: Claims,
        count: Count,
        price: str,
        status: str,
    ) -> None:
        course = course_at(price)
        opened = await open_payment(runtime, student, course, "key", PaymentCreate(course_id=course.id))
        answers = await asyncio.gather(
            *(buy(client, signer.headers(student.user_id), course_id=str(course.id)) for _ in range(20))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["status"] == status
        assert answers[0].json()["id"] == str(opened.id)
        assert await count("payments") == await count("mock_charges") == 1
        assert await count("outbox") == (status == "completed")


class TestTriesAtOnce:
    async def test_one_key_makes_one_payment(self, runtime: PaymentContext, student: Claims, count: Count) -> None:
        course = course_at("19.00")
        body = PaymentCreate(course_id=course.id)
        opened = await asyncio.gather(*(open_payment(runtime, student, course, "key", body) for _ in range(20)))
        assert len({payment.id for payment in opened}) == 1
        assert await count("payments") == 1

    async def test_twenty_keys_make_one_charge(self, runtime: PaymentContext, student: Claims, count: Count) -> None:
        course = course_at("19.00")
        body = PaymentCreate(course_id=course.id)

        async def attempt(key: str) -> Payment:
            return await charge(runtime, await open_payment(runtime, student, course, key, body))

        results = await asyncio.gather(*(attempt(str(n)) for n in range(20)), return_exceptions=True)
        assert sum(isinstance(result, Payment) for result in results) == 1
        assert sum(isinstance(result, AlreadyOwned) for result in results) == 19
        assert await count("mock_charges") == await count("outbox") == 1

    async def test_goes_on_when_the_other_try_comes_to_nothing(self, runtime: PaymentContext, student: Claims) -> None:
        course = course_at("19.00")
        body = PaymentCreate(course_id=course.id)
        other = await open_payment(runtime, student, course, "other", body)
        mine = asyncio.create_task(open_payment(runtime, student, course, "mine", body))
        await apply_outcome(runtime, other.id, Outcome(State.FAILED))
        assert (await mine).id != other.id

    async def test_gives_up_while_the_other_try_is_under_way(self, runtime: PaymentContext, student: Claims) -> None:
        course = course_at("19.00")
        body = PaymentCreate(course_id=course.id)
        await open_payment(runtime, student, course, "other", body)
        with pytest.raises(PaymentInProgress) as refusal:
            await open_payment(runtime, student, course, "mine", body)
        assert refusal.value.headers["Retry-After"]

    @pytest.mark.parametrize("state", [State.COMPLETED, State.REFUND_PENDING])
    async def test_refused_when_paid_already(
        self, runtime: PaymentContext, student: Claims, add_payment: AddPayment, state: State
    ) -> None:
        course = course_at("19.00")
        await add_payment(state=state, student_id=student.user_id, course_id=course.id)
        with pytest.raises(AlreadyOwned):
            await open_payment(runtime, student, course, "mine", PaymentCreate(course_id=course.id))

    @pytest.mark.parametrize("state", [State.FAILED, State.REFUNDED])
    async def test_not_hindered_by_a_try_that_came_to_nothing(
        self, runtime: PaymentContext, student: Claims, add_payment: AddPayment, state: State
    ) -> None:
        course = course_at("19.00")
        await add_payment(state=state, student_id=student.user_id, course_id=course.id)
        opened = await open_payment(runtime, student, course, "mine", PaymentCreate(course_id=course.id))
        assert opened.state == State.CHARGING


class TestPendingPayment:
    """Its student continues it: there is one pending payment per course."""

    @pytest.fixture
    async def pending(self, runtime: PaymentContext, student: Claims) -> Payment:
        return await self.attempt(runtime, student, course_at("49.37"), "first")

    async def attempt(self, runtime: PaymentContext, student: Claims, course: Course, key: str) -> Payment:
        body = PaymentCreate(course_id=course.id)
        payment = await open_payment(runtime, student, course, key, body)
        return await charge(runtime, payment) if payment.state == State.CHARGING else payment

    async def test_another_try_continues_it(
        self,
        client: httpx2.AsyncClient,
        runtime: PaymentContext,
        student: Claims,
        signer: Signer,
        pending: Payment,
        count: Count,
    ) -> None:
        course = course_at("49.37", id=pending.course_id)
        assert (await self.attempt(runtime, student, course, "second")).id == pending.id
        assert await count("payments") == await count("mock_charges") == 1

        settled = await client.post(
            f"/admin/payments/{pending.id}/settle",
            json={"outcome": "completed"},
            headers=signer.headers(role=Role.ADMIN),
        )
        assert settled.status_code == 200
        headers, course_id = signer.headers(student.user_id), str(pending.course_id)
        first, second = [await buy(client, headers, key, course_id=course_id) for key in ("first", "second")]
        assert (first.status_code, second.status_code, first.json()["status"]) == (201, 201, "pending")
        assert first.content == second.content
        for other in ({"course_id": str(new_id())}, {"course_id": course_id, "amount": "49.37"}):
            response = await buy(client, headers, "second", **other)
            assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")

    async def test_twenty_tries_at_once_are_one(self, runtime: PaymentContext, student: Claims, count: Count) -> None:
        course = course_at("49.37")
        tries = await asyncio.gather(*(self.attempt(runtime, student, course, str(n)) for n in range(20)))
        assert len({payment.id for payment in tries}) == 1
        assert await count("payments") == await count("mock_charges WHERE state = 'awaiting'") == 1

    @pytest.mark.parametrize("now", [{"price": "20.00"}, {"price": "49.37", "currency": "EUR"}])
    async def test_at_another_price_it_is_cancelled(
        self, runtime: PaymentContext, student: Claims, pending: Payment, count: Count, now: dict[str, str]
    ) -> None:
        other = course_at(**now, id=pending.course_id)
        payment = await self.attempt(runtime, student, other, "second")
        assert (payment.amount, payment.currency) == (other.price, other.currency)
        assert await count(f"payments WHERE state = 'failed' AND id = '{pending.id}'") == 1
        assert await count(f"mock_charges WHERE state = 'failed' AND idempotency_key = '{pending.id}'") == 1

    async def test_completed_while_it_is_cancelled_it_stays(
        self, runtime: PaymentContext, student: Claims, pending: Payment, count: Count
    ) -> None:
        async with runtime.database.unit_of_work() as unit:
            await unit.execute(update(MockCharge).values(state=State.COMPLETED))
        with pytest.raises(AlreadyOwned):
            await self.attempt(runtime, student, course_at("20.00", id=pending.course_id), "second")
        assert await count("payments WHERE state = 'completed'") == await count("payments") == 1

    async def test_of_another_student_is_not_continued(
        self, runtime: PaymentContext, signer: Signer, pending: Payment
    ) -> None:
        stranger = await runtime.access_tokens.verify(signer.token())
        course = course_at("49.37", id=pending.course_id)
        assert (await self.attempt(runtime, stranger, course, "first")).id != pending.id
