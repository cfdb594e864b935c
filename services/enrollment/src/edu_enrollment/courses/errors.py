"""Errors about courses and lessons."""

from edu_common.errors import DomainError, NotFound


class CourseNotFound(NotFound):
    code = "course_not_found"
    detail = "There is no such course."


class LessonNotFound(NotFound):
    code = "lesson_not_found"
    detail = "This course has no such lesson."


class NotCourseOwner(DomainError):
    status = 403
    code = "not_owner"
    detail = "Only the course's teacher may see this."
