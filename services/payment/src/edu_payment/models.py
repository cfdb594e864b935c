"""Tables of the payment service."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.database.models import COLUMN_TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES | {Decimal: Numeric(10, 2)}


class State(StrEnum):
    """Where a payment stands, in the order in which it gets there: what a provider says never leads back."""

    CHARGING = "charging"
    AWAITING = "awaiting"
    FAILED = "failed"
    COMPLETED = "completed"
    REFUND_PENDING = "refund_pending"
    REFUNDED = "refunded"

    def precedes(self, other: "State") -> bool:
        return ORDER[self] < ORDER[other]


class RefundCause(StrEnum):
    """Why a payment is refunded without anyone having asked for it."""

    ALREADY_PAID = "already_paid"
    ALREADY_ENROLLED = "already_enrolled"
    COURSE_DELETED = "course_deleted"


ORDER = {state: position for position, state in enumerate(State)}


class Payment(Base):
    """A student's try to buy a course.

    `check_at` is when the sweeper asks the provider about a payment that is under way. `idempotency_key`,
    `request_hash` and `answer` (the body of the first answer) let the request that made the payment be repeated;
    imported payments have none. `refund_cause` says why it refunds itself, None where a person asked for the refund.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint(
            "state IN ('charging', 'awaiting', 'failed', 'completed', 'refund_pending', 'refunded')", name="state"
        ),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state IN ('charging', 'refund_pending')) = (check_at IS NOT NULL)", name="check_at"),
        CheckConstraint(
            "state NOT IN ('completed', 'refund_pending') OR completed_at IS NOT NULL", name="completed_at"
        ),
        CheckConstraint("(state = 'refunded') = (refunded_at IS NOT NULL)", name="refunded_at"),
        CheckConstraint("refund_cause IN ('already_paid', 'already_enrolled', 'course_deleted')", name="refund_cause"),
        UniqueConstraint("student_id", "idempotency_key"),
        # Two tries with different keys must not both charge; a second charge that completed all the same goes back.
        Index(
            "ix_payments_one_per_course",
            "student_id",
            "course_id",
            unique=True,
            postgresql_where=text(
                "state IN ('charging', 'awaiting', 'completed', 'refund_pending')"
                " AND refund_cause IS DISTINCT FROM 'already_paid'"
            ),
        ),
        Index("ix_payments_check_at", "check_at", postgresql_where=text("check_at IS NOT NULL")),
        Index("ix_payments_created_at_id", "created_at", "id"),
        Index("ix_payments_student_id_created_at_id", "student_id", "created_at", "id"),
        Index("ix_payments_course_id_created_at_id", "course_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID]
    student_name: Mapped[str]
    course_id: Mapped[UUID]
    course_title: Mapped[str]
    teacher_id: Mapped[UUID]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    provider: Mapped[str]
    state: Mapped[str]
    failure: Mapped[str | None]
    refund_reason: Mapped[str | None]
    refund_cause: Mapped[str | None]
    check_at: Mapped[datetime | None]
    idempotency_key: Mapped[str | None]
    request_hash: Mapped[str | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    completed_at: Mapped[datetime | None]
    refunded_at: Mapped[datetime | None]


class ContinuedRequest(Base):
    """A request to buy a course whose payment was open already: repeated, it gets that payment again."""

    __tablename__ = "continued_requests"

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id", ondelete="CASCADE"), index=True)


class ErasedUser(Base):
    """A user who was erased: a purchase that was under way then stays without a name."""

    __tablename__ = "erased_users"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class MockCharge(Base):
    """The mock provider's ledger: one row a charge. Every payment of that provider past `charging` has its row.

    `idempotency_key` is the payment's id; nothing else ties it to `payments`, as with a provider elsewhere.
    """

    __tablename__ = "mock_charges"
    __table_args__ = (
        CheckConstraint("state IN ('awaiting', 'failed', 'completed', 'refunded')", name="state"),
        CheckConstraint("amount > 0", name="amount"),
    )

    idempotency_key: Mapped[UUID] = mapped_column(primary_key=True)
    amount: Mapped[Decimal]
    currency: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
