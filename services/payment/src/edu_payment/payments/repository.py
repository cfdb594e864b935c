"""The only place with SQL about payments."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import is_due
from edu_common.database.pagination import Cursors, PageParams, Slice, by_newest, paginate
from edu_common.database.statements import Compiled, Connection, Row, binds
from edu_payment.models import Payment, State
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
    Payment.created_at,
    Payment.completed_at,
    Payment.refunded_at,
)
CHECK_AFTER = timedelta(seconds=5)
"""How long a payment may be under way before the sweeper asks the provider."""

NEXT_CHECK: ColumnElement[datetime] = func.clock_timestamp() + CHECK_AFTER
"""When the sweeper looks at a payment that is under way, by the clock that it looks by."""

HOLDING = (State.CHARGING, State.COMPLETED, State.REFUND_PENDING)
"""States in which a payment keeps its student from paying for the course again."""


OPENED = (
    *("id", "student_id", "student_name", "course_id", "course_title", "teacher_id", "amount", "currency"),
    *("provider", "idempotency_key", "request_hash"),
)
OPEN = Compiled(
    insert(Payment)
    .values(**binds(OPENED), state=State.CHARGING, check_at=NEXT_CHECK)
    .on_conflict_do_nothing()
    .returning(Payment.__table__)
)


async def open_unless_taken(connection: Connection, values: Mapping[str, Any]) -> Payment | None:
    """A new payment that is charging; None when its idempotency key or its student's place in the course is taken."""
    return _payment(await connection.row(OPEN, **values))


MADE_WITH = Compiled(
    select(Payment.__table__).where(
        Payment.student_id == bindparam("student_id"), Payment.idempotency_key == bindparam("key")
    )
)


async def made_with(connection: Connection, student_id: UUID, key: str) -> Payment | None:
    """The payment that this student's request with the idempotency key made."""
    return _payment(await connection.row(MADE_WITH, student_id=student_id, key=key))


def _payment(row: Row | None) -> Payment | None:
    return Payment(**dict(row)) if row else None


async def get(session: AsyncSession, payment_id: UUID) -> Payment | None:
    return await session.get(Payment, payment_id)


async def lock(session: AsyncSession, payment_id: UUID) -> Payment | None:
    """The payment, locked until the transaction ends."""
    return await session.get(Payment, payment_id, with_for_update=True)


async def holding_state(session: AsyncSession, student_id: UUID, course_id: UUID) -> str | None:
    """The state of the payment that keeps the student from paying for the course; None when there is none."""
    return await session.scalar(
        select(Payment.state).where(
            Payment.student_id == student_id, Payment.course_id == course_id, Payment.state.in_(HOLDING)
        )
    )


async def reserve_awaiting(session: AsyncSession, payment_id: UUID) -> bool:
    """Take the student's place in the course for an awaiting payment; False when it does not await.

    Raises `IntegrityError` when another payment has the place.
    """
    return await _move(session, payment_id, State.AWAITING, State.CHARGING, check_at=NEXT_CHECK)


async def begin_refund(session: AsyncSession, payment_id: UUID, reason: str | None) -> bool:
    """Decide to refund a completed payment; False when it is not, or no longer, completed."""
    return await _move(
        session, payment_id, State.COMPLETED, State.REFUND_PENDING, check_at=NEXT_CHECK, refund_reason=reason
    )


async def _move(session: AsyncSession, payment_id: UUID, before: State, after: State, **values: Any) -> bool:
    moved = await session.scalar(
        update(Payment)
        .where(Payment.id == payment_id, Payment.state == before)
        .values(state=after, **values)
        .returning(Payment.id)
    )
    return moved is not None


async def claim_due(session: AsyncSession, limit: int) -> list[Payment]:
    """Payments whose outcome is overdue, for this caller until their next check."""
    due = (
        select(Payment.id)
        .where(is_due(Payment.check_at, CHECK_AFTER))
        .order_by(Payment.check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claimed = update(Payment).where(Payment.id.in_(select(due.c.id))).values(check_at=NEXT_CHECK).returning(Payment)
    return list(await session.scalars(claimed))


async def erase_student(session: AsyncSession, student_id: UUID) -> None:
    """Take from a user's payments what they tell about the person; the payments stay."""
    await session.execute(
        update(Payment).where(Payment.student_id == student_id).values(student_name="", refund_reason=None)
    )


async def of_student_and_course(session: AsyncSession, student_id: UUID, course_id: UUID) -> list[Any]:
    """A student's payments for a course, completed ones first, else the newest."""
    completed = Payment.state.in_(states_of(PaymentStatus.COMPLETED))
    query = (
        select(Payment.id, Payment.student_id, Payment.course_id, Payment.state, Payment.completed_at)
        .where(Payment.student_id == student_id, Payment.course_id == course_id)
        .order_by(completed.desc(), Payment.created_at.desc(), Payment.id.desc())
        .limit(100)
    )
    return list((await session.execute(query)).all())


async def page(
    session: AsyncSession,
    params: PageParams,
    cursors: Cursors,
    *,
    student_id: UUID | None = None,
    course_id: UUID | None = None,
    status: PaymentStatus | None = None,
) -> Slice:
    """Payments, the newest first; a filter that is None lets all pass."""
    query = select(*SHOWN)
    if student_id:
        query = query.where(Payment.student_id == student_id)
    if course_id:
        query = query.where(Payment.course_id == course_id)
    if status:
        query = query.where(Payment.state.in_(states_of(status)))
    scope = {"list": "payments", "student": student_id, "course": course_id, "status": status}
    keys = by_newest(Payment.created_at, Payment.id)
    return await paginate(session, query, keys=keys, params=params, cursors=cursors, scope=scope)
