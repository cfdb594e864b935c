"""Request and response bodies of reviews."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from edu_common.database.pagination import Page
from edu_common.types import Body, Patch, Whole, text_block
from edu_course.courses.schemas import ABSENT

if TYPE_CHECKING:  # types made by a call have no static counterpart
    Comment = str
else:
    Comment = text_block(5000)

Rating = Annotated[int, Field(ge=1, le=5, strict=True), Whole]


class ReviewSort(StrEnum):
    NEWEST = "newest"
    RATING = "rating"


class ReviewCreate(Body):
    course_id: UUID
    rating: Rating
    comment: Comment = ""


class ReviewUpdate(Patch):
    rating: Rating = ABSENT
    comment: Comment = ABSENT


class ReviewRead(BaseModel):
    id: UUID
    course_id: UUID
    rating: int
    comment: str
    author_name: str = Field(description="Empty when the author has left")
    created_at: datetime
    updated_at: datetime


class CourseReviews(Page[ReviewRead]):
    histogram: dict[str, int] = Field(description="How many reviews gave 1, 2, 3, 4 and 5")
