"""Calls to other services."""

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from edu_common.service_client import ServiceClient


class Course(BaseModel):
    """A course as it is sold at this moment."""

    id: UUID
    teacher_id: UUID
    title: str
    status: str
    is_free: bool
    price: Decimal | None
    currency: str


class EnrollmentStatus(BaseModel):
    """Whether a student is enrolled in a course, and how much of it is done, 0 to 100."""

    enrolled: bool
    percentage: float


class Clients:
    """Clients of other services; every call raises `ServiceUnavailable` when the other one does not respond in time."""

    def __init__(self, course: ServiceClient, enrollment: ServiceClient) -> None:
        self._course = course
        self._enrollment = enrollment

    async def course(self, course_id: UUID) -> Course | None:
        """Return the course, or None when there is none."""
        return await self._course.get(Course, f"/internal/courses/{course_id}")

    async def enrollment_status(self, student_id: UUID, course_id: UUID) -> EnrollmentStatus:
        params = {"student_id": str(student_id), "course_id": str(course_id)}
        return await self._enrollment.get_existing(EnrollmentStatus, "/internal/enrollments", params)

    async def close(self) -> None:
        await self._course.close()
        await self._enrollment.close()
