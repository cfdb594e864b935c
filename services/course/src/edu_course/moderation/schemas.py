"""Request and response bodies of moderation."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from edu_common.types import Body, line, text_block
from edu_course.courses.schemas import CourseRead, Flag
from edu_course.models import ReportStatus, ReportType
from edu_course.reviews.schemas import ReviewRead

if TYPE_CHECKING:  # types made by a call have no static counterpart
    SearchText = str
    ReportReason = str
    ReportComment = str
    Reason = str
    Note = str
else:
    SearchText = line(200, min_length=0)
    ReportReason = line(200)
    ReportComment = text_block(2000)
    Reason = text_block(1000, min_length=1)
    Note = text_block(1000)

Decision = Literal[ReportStatus.DISMISSED, ReportStatus.HIDDEN, ReportStatus.REMOVED]


class CourseState(StrEnum):
    """The status of a course as admins filter by it: those taken down are apart from those that teachers archived."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    TAKEN_DOWN = "taken_down"


class CourseFilter(BaseModel):
    """`q` is a part of the title."""

    q: SearchText = ""
    state: CourseState | None = None
    course_id: UUID | None = None


class AdminCourse(CourseRead):
    taken_down_reason: str
    taken_down_access: bool = Field(description="Whether the enrolled keep a course that is taken down")
    open_reports: int


class TakeDown(Body):
    reason: Reason = Field(description="Its teacher is told")
    access: Flag = Field(default=True, description="Whether the enrolled keep the course")


class ReviewState(StrEnum):
    VISIBLE = "visible"
    HIDDEN = "hidden"
    REPORTED = "reported"


class ReviewFilter(BaseModel):
    state: ReviewState | None = None
    course_id: UUID | None = None


class AdminReview(ReviewRead):
    student_id: UUID
    course_title: str
    course_slug: str
    hidden: bool
    open_reports: int


class ReviewModeration(Body):
    hidden: Flag
    reason: Note = Field(default="", description="The author is told when the review is hidden")


class ReportCreate(Body):
    reason: ReportReason
    comment: ReportComment = ""


class ReportReceipt(BaseModel):
    """A report as its author sees it."""

    id: UUID
    type: ReportType
    course_id: UUID
    target_id: UUID
    reason: str
    comment: str
    status: ReportStatus
    created_at: datetime


class ReportedReview(BaseModel):
    rating: int
    comment: str
    author_name: str
    hidden: bool


class ReportRead(ReportReceipt):
    """`target_id` is the id of the course or review; `review` is null for courses and for deleted reviews."""

    course_title: str
    course_slug: str
    course_taken_down: bool
    review: ReportedReview | None
    author_id: UUID = Field(description="The course's teacher, or the review's author")
    reporter_id: UUID
    note: str
    decided_by: UUID | None
    decided_at: datetime | None


class ReportFilter(BaseModel):
    status: ReportStatus | None = None
    type: ReportType | None = None
    course_id: UUID | None = None


class ReportDecision(Body):
    """A course is taken down: `hidden` leaves it to the enrolled, `removed` does not. A review is hidden or deleted."""

    decision: Decision
    note: Note = Field(default="", description="The author is told, except when the report is dismissed")

    @model_validator(mode="after")
    def _has_a_reason(self) -> Any:
        if self.decision is not ReportStatus.DISMISSED and not self.note.strip():
            raise PydanticCustomError("note", "a note says why: the author is told")
        return self
