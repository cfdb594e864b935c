"""Payments on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from edu_common.types import Money
from edu_payment.models import RefundCause, State


class PaymentStatus(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUNDED = "refunded"


STATUS_OF = {
    State.CHARGING: PaymentStatus.PENDING,
    State.AWAITING: PaymentStatus.PENDING,
    State.FAILED: PaymentStatus.FAILED,
    State.COMPLETED: PaymentStatus.COMPLETED,
    State.REFUND_PENDING: PaymentStatus.COMPLETED,
    State.REFUNDED: PaymentStatus.REFUNDED,
}


def states_of(status: PaymentStatus) -> list[State]:
    return [state for state, shown in STATUS_OF.items() if shown is status]


def _status_of(state: str) -> PaymentStatus:
    return STATUS_OF[State(state)]


Status = Annotated[PaymentStatus, BeforeValidator(_status_of), Field(validation_alias="state")]
"""A payment's status, read from its state."""


class PaymentSummary(BaseModel):
    """A payment as the other services know it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    student_id: UUID
    course_id: UUID
    status: Status
    completed_at: datetime | None


class PaymentRead(PaymentSummary):
    """A payment. `failure` is a code that says why it failed, `refund_cause` one that says why it refunded itself."""

    course_title: str
    amount: Money
    currency: str
    provider: str
    failure: str | None
    refund_cause: RefundCause | None = None
    created_at: datetime
    refunded_at: datetime | None


class PaymentCount(BaseModel):
    """How many payments for a course are open, completed or not refunded yet."""

    count: int


class PaymentSummaries(BaseModel):
    items: list[PaymentSummary]
