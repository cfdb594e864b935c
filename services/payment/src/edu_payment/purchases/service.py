"""Buying a course: at most one charge, despite repetitions, races and crashes."""

import asyncio
import time
from decimal import Decimal
from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.ids import new_id
from edu_common.request_context import remaining_seconds
from edu_payment.clients import Course
from edu_payment.context import PaymentContext
from edu_payment.models import Payment, State
from edu_payment.payments import repository
from edu_payment.payments.errors import AlreadyOwned
from edu_payment.payments.outcomes import apply_outcome, charge, first_response
from edu_payment.purchases.errors import (
    CourseIsFree,
    CourseNotFound,
    IdempotencyKeyReused,
    NotOnSale,
    OwnCourse,
    PaymentInProgress,
    PriceChanged,
)
from edu_payment.purchases.schemas import PaymentCreate

WAIT_SECONDS = 2.0
RESPONSE_SECONDS = 1.0
"""Seconds of the request's time budget that are reserved for the response after waiting for another payment."""
POLL_SECONDS = 0.05


async def buy(app: PaymentContext, student: Claims, key: str, body: PaymentCreate) -> str:
    """Pay for a course; return the response's body, the first one again if the request is repeated.

    A repeated request whose first attempt died half-way continues with the same payment. Errors are not remembered.
    """
    key = app.purchase_key(key)
    payment = await _made_with(app, student.user_id, key)
    if payment is None:
        course = await _course_on_sale(app, student, body)
        payment = await open_payment(app, student, course, key, body)
    if payment.request_hash != body.fingerprint():
        raise IdempotencyKeyReused
    if payment.state == State.CHARGING and payment.answer is None:
        payment = await charge(app, payment)
    return first_response(payment)


async def _made_with(app: PaymentContext, student_id: UUID, key: str) -> Payment | None:
    async with app.database.read() as connection:
        return await repository.made_with(connection, student_id, key)


async def _course_on_sale(app: PaymentContext, student: Claims, body: PaymentCreate) -> Course:
    """Return the course if this student can buy it now for the amount that was sent."""
    course = await app.clients.course(body.course_id)
    if course is None:
        raise CourseNotFound
    check_on_sale(course, student.user_id, body.amount)
    if (await app.clients.enrollment_status(student.user_id, course.id)).enrolled:
        raise AlreadyOwned
    return course


def check_on_sale(course: Course, student_id: UUID, amount: Decimal | None) -> None:
    """Raise the error that says why the student cannot buy the course for `amount`; None means any price."""
    if course.status == "draft":
        raise CourseNotFound
    if course.teacher_id == student_id:
        raise OwnCourse
    if course.status != "published":
        raise NotOnSale
    if course.is_free or course.price is None:
        raise CourseIsFree
    if amount is not None and amount != course.price:
        raise PriceChanged(f"{course.price:.2f}", course.currency)


async def open_payment(app: PaymentContext, student: Claims, course: Course, key: str, body: PaymentCreate) -> Payment:
    """Return a payment that is charging, or the one that a request with the same key has made in the meantime.

    A pending payment at the present price is continued, one at another price cancelled. Wait for the outcome of another
    attempt to buy the same course; raise `AlreadyOwned` when that succeeded, `PaymentInProgress` when it is still in
    progress.
    """
    deadline = time.monotonic() + remaining_seconds(at_most=WAIT_SECONDS + RESPONSE_SECONDS) - RESPONSE_SECONDS
    values = _values(app, student, course, key, body)
    while True:
        async with app.database.unit_of_work() as unit:
            payment = await repository.open_unless_taken(unit, values)
            payment = payment or await repository.made_with(unit, student.user_id, key)
        if payment:
            return payment
        pending = await _wait_for_other_try(app, student.user_id, course.id, deadline)
        if pending is None:
            continue
        if (pending.amount, pending.currency) != (course.price, course.currency):
            await _cancel(app, pending)
            continue
        async with app.database.unit_of_work() as unit:
            await repository.continue_open(unit, pending, key, body.fingerprint())


def _values(app: PaymentContext, student: Claims, course: Course, key: str, body: PaymentCreate) -> dict[str, Any]:
    return {
        "id": new_id(),
        "student_id": student.user_id,
        "student_name": student.name,
        "course_id": course.id,
        "course_title": course.title,
        "teacher_id": course.teacher_id,
        "amount": course.price,
        "currency": course.currency,
        "provider": app.provider.name,
        "idempotency_key": key,
        "request_hash": body.fingerprint(),
    }


async def _wait_for_other_try(
    app: PaymentContext, student_id: UUID, course_id: UUID, deadline: float
) -> Payment | None:
    """Return this student's pending payment for the course, or None once no other one is in progress."""
    while True:
        async with app.database.read() as connection:
            other = await repository.holding(connection, student_id, course_id)
        if other is None or other.state == State.AWAITING:
            return other
        if other.state != State.CHARGING:
            raise AlreadyOwned
        if time.monotonic() > deadline:
            raise PaymentInProgress
        await asyncio.sleep(POLL_SECONDS)


async def _cancel(app: PaymentContext, pending: Payment) -> None:
    """Cancel a pending payment at an outdated price; if it completes at the same moment, it stays."""
    async with app.database.unit_of_work() as unit:
        reserved = await repository.reserve_awaiting(unit, pending.id)
    if reserved:
        await apply_outcome(app, pending.id, await app.provider.cancel(pending.id))
