"""SQL of payments; no other module has any."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds, in_list, is_due, one_of
from edu_common.database.pagination import Cursors, Listing, PageParams, Slice, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.events import erasure
from edu_payment.models import ContinuedRequest, ErasedUser, Payment, RefundCause, State
from edu_payment.payments.schemas import PaymentStatus, states_of

SHOWN: tuple[Any, ...] = (
    Payment.id,
    Payment.student_id,
    Payment.course_id,
    Payment.course_title,
    Payment.amount,
    Payment.currency,
    Payment.state,
    Payment.provider,
    Payment.failure,
    Payment.refund_cause,
    Payment.created_at,
    Payment.completed_at,
    Payment.refunded_at,
)
CHECK_AFTER = timedelta(seconds=5)
"""How long a payment may be in progress before the sweeper queries the provider."""

NEXT_CHECK: ColumnElement[datetime] = func.clock_timestamp() + CHECK_AFTER
"""When the sweeper next checks a payment in progress, by the database's clock, which the sweeper also uses."""

HOLDING = and_(
    one_of(Payment.state, (State.CHARGING, State.AWAITING, State.COMPLETED, State.REFUND_PENDING)),
    Payment.refund_cause.is_distinct_from(RefundCause.ALREADY_PAID),
)
"""The one payment that gives its student the course, or is about to: pending, completed or not refunded yet."""

NEW = (
    *("id", "student_id", "student_name", "course_id", "course_title", "teacher_id", "amount", "currency"),
    *("provider", "idempotency_key", "request_hash"),
)
NAME_UNLESS_ERASED = case(
    (exists().where(ErasedUser.user_id == bindparam("student_id")), ""), else_=bindparam("student_name", type_=Text)
)
OPEN = (
    insert(Payment)
    .values(**binds(NEW) | {"student_name": NAME_UNLESS_ERASED}, state=State.CHARGING, check_at=NEXT_CHECK)
    .on_conflict_do_nothing()
    .returning(Payment.__table__)
)


async def open_unless_taken(unit: UnitOfWork, values: Mapping[str, Any]) -> Payment | None:
    """Insert a payment that is charging; return None when its idempotency key or its student's course is taken."""
    await erasure.lock_shared(unit, values["student_id"])
    return await unit.load(Payment, OPEN, **values)


MADE_WITH = (
    select(
        *(column for column in Payment.__table__.columns if column.name != "request_hash"),
        func.coalesce(ContinuedRequest.request_hash, Payment.request_hash).label("request_hash"),
    )
    .outerjoin(
        ContinuedRequest,
        and_(
            ContinuedRequest.student_id == Payment.student_id,
            ContinuedRequest.idempotency_key == bindparam("key"),
            ContinuedRequest.payment_id == Payment.id,
        ),
    )
    .where(
        Payment.student_id == bindparam("student_id"),
        or_(Payment.idempotency_key == bindparam("key"), ContinuedRequest.payment_id.is_not(None)),
    )
)


async def made_with(connection: Connection, student_id: UUID, key: str) -> Payment | None:
    """Return the payment that this student's request with the idempotency key made, or continued."""
    return await connection.load(Payment, MADE_WITH, student_id=student_id, key=key)


CONTINUE = (
    insert(ContinuedRequest)
    .values(binds(("student_id", "idempotency_key", "request_hash", "payment_id")))
    .on_conflict_do_nothing()
)


async def continue_open(unit: UnitOfWork, payment: Payment, key: str, request_hash: str) -> None:
    """Associate a request's idempotency key with the pending payment, unless the key is taken."""
    await unit.execute(
        CONTINUE,
        student_id=payment.student_id,
        idempotency_key=key,
        request_hash=request_hash,
        payment_id=payment.id,
    )


BY_ID = select(Payment.__table__).where(Payment.id == bindparam("payment_id"))


async def get(connection: Connection, payment_id: UUID) -> Payment | None:
    return await connection.load(Payment, BY_ID, payment_id=payment_id)


LOCK = BY_ID.with_for_update()


async def lock(unit: UnitOfWork, payment_id: UUID) -> Payment | None:
    """Return the payment, locked until the transaction ends."""
    return await unit.load(Payment, LOCK, payment_id=payment_id)


HOLDING_COURSE = select(Payment.__table__).where(
    Payment.student_id == bindparam("student_id"), Payment.course_id == bindparam("course_id"), HOLDING
)


async def holding(connection: Connection, student_id: UUID, course_id: UUID) -> Payment | None:
    """Return the payment that gives the student the course, or is about to; None when there is none."""
    return await connection.load(Payment, HOLDING_COURSE, student_id=student_id, course_id=course_id)


COUNT_HOLDING = select(func.count()).where(Payment.course_id == bindparam("course_id"), HOLDING)


async def count_holding(connection: Connection, course_id: UUID) -> int:
    """Return how many payments for a course are pending, completed or not refunded yet."""
    return await connection.scalar(COUNT_HOLDING, course_id=course_id)


RESERVE = (
    update(Payment)
    .where(Payment.id == bindparam("payment_id"), Payment.state == State.AWAITING)
    .values(state=State.CHARGING, check_at=NEXT_CHECK)
)


async def reserve_awaiting(unit: UnitOfWork, payment_id: UUID) -> bool:
    """Begin to end an awaiting payment, so that the sweeper finishes it; return False when it is not awaiting."""
    return await unit.execute(RESERVE, payment_id=payment_id) > 0


BEGIN_REFUND = (
    update(Payment)
    .where(Payment.id == bindparam("payment_id"), Payment.state == State.COMPLETED)
    .values(
        state=State.REFUND_PENDING,
        check_at=NEXT_CHECK,
        refund_reason=case((Payment.student_name != "", bindparam("reason", type_=Text))),  # "" is an erased student's
    )
)


async def begin_refund(unit: UnitOfWork, payment_id: UUID, reason: str | None) -> bool:
    """Decide to refund a payment; return False when it is not, or no longer, completed."""
    return await unit.execute(BEGIN_REFUND, payment_id=payment_id, reason=reason) > 0


BEGIN_OWN_REFUND = (
    update(Payment)
    .where(Payment.id == bindparam("payment_id"), Payment.state == State.COMPLETED)
    .values(state=State.REFUND_PENDING, check_at=func.clock_timestamp(), refund_cause=bindparam("cause"))
)


async def begin_own_refund(unit: UnitOfWork, payment_id: UUID, cause: RefundCause) -> None:
    """Have the sweeper refund a payment that bought nothing, unless it is not, or no longer, completed."""
    await unit.execute(BEGIN_OWN_REFUND, payment_id=payment_id, cause=cause)


OUTCOME = ("state", "failure", "check_at", "completed_at", "refunded_at", "refund_cause", "answer")
WRITE_OUTCOME = update(Payment).where(Payment.id == bindparam("payment_id")).values(**binds(OUTCOME))


async def write_outcome(unit: UnitOfWork, payment: Payment) -> None:
    """Write the outcome of a payment; raise `IntegrityError` when another payment has its course."""
    await unit.execute(WRITE_OUTCOME, payment_id=payment.id, **{name: getattr(payment, name) for name in OUTCOME})


DUE = (
    select(Payment.id)
    .where(is_due(Payment.check_at, CHECK_AFTER))
    .order_by(Payment.check_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
CLAIM_DUE = (
    update(Payment).where(Payment.id.in_(select(DUE.c.id))).values(check_at=NEXT_CHECK).returning(Payment.__table__)
)


async def claim_due(unit: UnitOfWork, limit: int) -> list[Payment]:
    """Return payments whose outcome is overdue, claimed for this caller until their next check."""
    return await unit.load_all(Payment, CLAIM_DUE, limit=limit)


ERASE_STUDENT = (
    update(Payment).where(Payment.student_id == bindparam("erased_id")).values(student_name="", refund_reason=None)
)


async def erase_student(unit: UnitOfWork, student_id: UUID) -> None:
    """Remove a user's personal data from their payments and events; the payments stay."""
    await erasure.lock(unit, student_id)
    await erasure.remember(unit, student_id)
    await unit.execute(ERASE_STUDENT, erased_id=student_id)
    await erasure.erase_published(unit, student_id)


OF_STUDENT_AND_COURSE = (
    select(Payment.id, Payment.student_id, Payment.course_id, Payment.state, Payment.completed_at)
    .where(Payment.student_id == bindparam("student_id"), Payment.course_id == bindparam("course_id"))
    .order_by(
        one_of(Payment.state, states_of(PaymentStatus.COMPLETED)).desc(), Payment.created_at.desc(), Payment.id.desc()
    )
    .limit(100)
)


async def of_student_and_course(connection: Connection, student_id: UUID, course_id: UUID) -> list[Row]:
    """Return a student's payments for a course, completed ones first, then newest first."""
    return await connection.all(OF_STUDENT_AND_COURSE, student_id=student_id, course_id=course_id)


FILTERS: Mapping[str, ColumnElement[bool]] = {
    "student_id": Payment.student_id == bindparam("student_id"),
    "course_id": Payment.course_id == bindparam("course_id"),
    "states": in_list(Payment.state, "states"),
}


@cache
def _listing(names: frozenset[str]) -> Listing:
    query = select(*SHOWN).where(*(FILTERS[name] for name in sorted(names)))
    return Listing(query, by_newest(Payment.created_at, Payment.id))


async def page(
    connection: Connection,
    params: PageParams,
    cursors: Cursors,
    *,
    student_id: UUID | None = None,
    course_id: UUID | None = None,
    status: PaymentStatus | None = None,
) -> Slice:
    """Return a page of payments, newest first; a filter that is None is not applied."""
    values = {"student_id": student_id, "course_id": course_id, "states": states_of(status) if status else None}
    given = {name: value for name, value in values.items() if value is not None}
    scope = {"list": "payments", "student": student_id, "course": course_id, "status": status}
    return await _listing(frozenset(given)).paginate(connection, params, cursors, scope, **given)
