"""Enrollments on the wire."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, computed_field

from edu_common.types import Body
from edu_enrollment.models import EnrollmentStatus
from edu_enrollment.progress.schemas import LessonCounts


@dataclass(frozen=True)
class Purchase:
    """A completed payment, and when it was; None where that is not known."""

    payment_id: UUID
    paid_at: datetime | None


class EnrollmentCreate(Body):
    course_id: UUID
    payment_id: UUID | None = None


class EnrollmentRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    student_id: UUID
    course_id: UUID
    payment_id: UUID | None
    status: EnrollmentStatus
    enrolled_at: datetime


class MyEnrollment(EnrollmentRead, LessonCounts):
    """An enrollment with its course; `progress` is a percentage."""

    course_title: str
    course_slug: str
    teacher_name: str
    last_lesson_id: UUID | None
    last_activity_at: datetime | None
    completed_at: datetime | None
    certificate_code: str | None

    @computed_field
    @property
    def progress(self) -> int:
        return self.percent()


class EnrollmentCount(BaseModel):
    """Enrollments that are not revoked."""

    course_id: UUID
    count: int


class EnrollmentTotal(BaseModel):
    count: int


class EnrollmentSummary(BaseModel):
    """Whether a student is enrolled in a course, for the other services.

    `percentage` is the furthest that the student ever was, 100 with a certificate: marks removed since still count.
    """

    enrollment_id: UUID | None = None
    status: EnrollmentStatus | None = None
    enrolled: bool = False
    percentage: int = 0
