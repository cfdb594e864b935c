"""Tables of the payment service."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.database.models import COLUMN_TYPES, new_metadata
from edu_common.events import erasure


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES | {Decimal: Numeric(10, 2)}


class State(StrEnum):
    """The state of a payment, in the order of the life cycle: an outcome from a provider never leads back."""

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
    """A student's attempt to buy a course.

    `check_at` is when the sweeper queries the provider about a payment in progress. `idempotency_key`, `request_hash`
    and `answer` (the body of the first response) allow the original request to be repeated; imported payments have
    none. `refund_cause` is why the service refunds it on its own, None where a person requested the refund.
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
        # Two attempts with different keys must not both charge; a second charge that completes anyway is refunded.
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
    """A request to buy a course whose payment was already pending; repeated, it returns that payment again."""

    __tablename__ = "continued_requests"

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id", ondelete="CASCADE"), index=True)


class ErasedUser(erasure.ErasedUserColumns, Base):
    """A user who was erased: purchases in progress then stay without a name."""


class MockCharge(Base):
    """The mock provider's ledger: one row per charge. Every payment of that provider past `charging` has its row.

    `idempotency_key` is the payment's id; nothing else links it to `payments`, as with an external provider.
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
