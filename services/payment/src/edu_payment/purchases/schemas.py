"""A purchase on the wire."""

import hashlib
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Header
from pydantic import Field

from edu_common.types import Body

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x20-\x7e]+$",
        description="A value of the client's own, new for each purchase; the same one repeats the request safely.",
    ),
]


class PaymentCreate(Body):
    """The course to buy and, when the client shows a price, the amount that the student agreed to."""

    course_id: UUID
    amount: Annotated[Decimal | None, Field(gt=0, max_digits=10, decimal_places=2)] = None

    def fingerprint(self) -> str:
        """Return a digest that is equal for bodies that request the same."""
        amount = "" if self.amount is None else f"{self.amount:.2f}"
        return hashlib.sha256(f"{self.course_id} {amount}".encode()).hexdigest()
