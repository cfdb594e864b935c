"""Calls to other services."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from edu_common.service_client import ServiceClient, ServiceUnavailable
from edu_enrollment.courses.schemas import Course


class Payment(BaseModel):
    id: UUID
    student_id: UUID
    course_id: UUID
    status: str
    completed_at: datetime | None = None

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"


class Payments(BaseModel):
    items: list[Payment]


class Emails(BaseModel):
    emails: dict[UUID, str]


class Clients:
    """Clients of other services; every call raises `ServiceUnavailable` when the other one does not respond in time."""

    def __init__(self, course: ServiceClient, identity: ServiceClient, payment: ServiceClient) -> None:
        self._course = course
        self._identity = identity
        self._payment = payment

    async def course(self, course_id: UUID) -> Course | None:
        """Return the course as it is now, or None when there is none."""
        return await self._course.get(Course, f"/internal/courses/{course_id}")

    async def emails(self, user_ids: Sequence[UUID]) -> dict[UUID, str]:
        """Return the confirmed e-mail addresses of at most 1,000 users."""
        body = {"ids": [str(user_id) for user_id in user_ids]}
        found = await self._identity.post(Emails, "/internal/emails", json=body)
        if found is None:
            raise ServiceUnavailable("identity")
        return found.emails

    async def payment(self, payment_id: UUID) -> Payment | None:
        return await self._payment.get(Payment, f"/internal/payments/{payment_id}")

    async def payments(self, student_id: UUID, course_id: UUID) -> list[Payment]:
        """Return the student's payments for the course, completed ones first."""
        params: dict[str, Any] = {"student_id": str(student_id), "course_id": str(course_id)}
        return (await self._payment.get_existing(Payments, "/internal/payments", params)).items

    async def close(self) -> None:
        await self._course.close()
        await self._identity.close()
        await self._payment.close()
