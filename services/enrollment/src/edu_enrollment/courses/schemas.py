"""A course as its service describes it."""

from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from edu_common.auth.access_tokens import Claims, Role
from edu_enrollment.models import CourseStatus


class Course(BaseModel):
    """The part of a course that enrollments and progress rest on; `lesson_ids` are in the course's order."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    course_id: UUID = Field(validation_alias=AliasChoices("course_id", "id"))
    version: int
    teacher_id: UUID
    teacher_name: str
    title: str
    slug: str
    status: CourseStatus
    is_free: bool
    lesson_ids: list[UUID]

    def is_owned_by(self, user: Claims) -> bool:
        return user.role is Role.ADMIN or user.user_id == self.teacher_id

    def is_visible_to(self, user: Claims) -> bool:
        """To users who are not enrolled."""
        return self.status is CourseStatus.PUBLISHED or self.is_owned_by(user)
