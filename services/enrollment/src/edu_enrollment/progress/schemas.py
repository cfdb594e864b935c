"""Progress on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field

from edu_common.types import Body, Whole, line
from edu_enrollment.models import CourseStatus, EnrollmentStatus

LONGEST_VIDEO_SECONDS = 24 * 60 * 60
VideoUrl = Annotated[str, line(2000)]


def percentage(completed: int, total: int) -> int:
    """0 to 100, rounded down, so that 100 means all."""
    return 100 * completed // total if total else 0


class LessonCounts(BaseModel):
    """Lessons that the course has now, and how many of those the student finished."""

    model_config = ConfigDict(from_attributes=True)

    completed_lessons: int
    total_lessons: int

    def percent(self) -> int:
        return percentage(self.completed_lessons, self.total_lessons)


class CourseProgress(LessonCounts):
    course_id: UUID
    last_lesson_id: UUID | None = None
    updated_at: datetime | None = None

    @computed_field
    @property
    def percentage(self) -> int:
        return self.percent()


class EnrollmentProgress(CourseProgress):
    """A student's progress in a course, with their enrollment and certificate."""

    enrollment_id: UUID
    status: EnrollmentStatus
    certificate_code: str | None
    course_status: CourseStatus = Field(exclude=True)

    @property
    def earns_certificate(self) -> bool:
        return self.certificate_code is None and 0 < self.total_lessons == self.completed_lessons


class CourseOfLesson(Body):
    course_id: UUID


class Position(Body):
    course_id: UUID
    seconds: Annotated[int, Whole] = Field(
        ge=0, le=LONGEST_VIDEO_SECONDS, strict=True, description="Where to resume the lesson's video"
    )
    video_url: VideoUrl | None = Field(default=None, description="The video that was watched")


class LessonsDone(BaseModel):
    """A course's lessons that the student finished, and where to resume others; in the course's order.

    A position holds for the video in `position_videos`, where one was named: a replaced video starts over.
    """

    course_id: UUID
    completed_lesson_ids: list[UUID]
    positions: dict[UUID, int]
    position_videos: dict[UUID, str]
