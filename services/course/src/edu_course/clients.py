"""Calls to other services."""

from uuid import UUID

from pydantic import BaseModel

from edu_common.caching.memory import Cache
from edu_common.caching.second_level import CacheInvalidations, Codec, SecondLevel
from edu_common.errors import DomainError
from edu_common.service_client import ServiceClient

MAX_BYTES = 8 * 1024 * 1024
ENROLLED: Codec[None] = Codec(lambda _: b"", lambda _: None)
"""There is nothing to store but that the enrollment exists."""


class EnrollmentCount(BaseModel):
    count: int


class PaymentCount(BaseModel):
    count: int


class EnrollmentStatus(BaseModel):
    enrolled: bool


class EnrollmentRequired(DomainError):
    status = 403
    code = "enrollment_required"
    detail = "Only those enrolled in the course may do this. Enroll first."


class EnrollmentClient:
    """Calls the enrollment service; an enrollment is cached until it is revoked, `seconds` at most."""

    def __init__(
        self, service: ServiceClient, *, seconds: float, caching: bool, invalidations: CacheInvalidations | None
    ) -> None:
        self._service = service
        self._enrolled: Cache[None] = Cache(
            "course",
            "enrollments",
            ttl=seconds,
            max_bytes=MAX_BYTES,
            enabled=caching,
            second=invalidations and SecondLevel(invalidations, "enrollments", ENROLLED, seconds),
        )

    async def require(self, student_id: UUID, course_id: UUID) -> None:
        """Raise `EnrollmentRequired` for a student who is not enrolled.

        Raise `ServiceUnavailable` when the enrollment service cannot be reached.
        """
        await self._enrolled.get((student_id, course_id), "", lambda: self._check(student_id, course_id))

    async def count(self, course_id: UUID) -> int:
        """Return how many students are enrolled now; raise `ServiceUnavailable`."""
        path = f"/internal/courses/{course_id}/enrollment-count"
        return (await self._service.get_existing(EnrollmentCount, path)).count

    def forget(self, student_id: UUID, course_id: UUID) -> None:
        """Drop a cached enrollment."""
        self._enrolled.drop((student_id, course_id))

    async def _check(self, student_id: UUID, course_id: UUID) -> None:
        params = {"student_id": str(student_id), "course_id": str(course_id)}
        status = await self._service.get(EnrollmentStatus, "/internal/enrollments", params)
        if not (status and status.enrolled):
            raise EnrollmentRequired

    async def close(self) -> None:
        await self._service.close()


class PaymentClient:
    """Calls the payment service."""

    def __init__(self, service: ServiceClient) -> None:
        self._service = service

    async def count(self, course_id: UUID) -> int:
        """Return how many payments for a course are pending, completed or not refunded; raise `ServiceUnavailable`."""
        return (await self._service.get_existing(PaymentCount, f"/internal/courses/{course_id}/payment-count")).count

    async def close(self) -> None:
        await self._service.close()
