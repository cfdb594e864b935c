"""Errors about progress."""

from edu_common.errors import DomainError


class EnrollmentRequired(DomainError):
    status = 403
    code = "enrollment_required"
    detail = "Only for students who are enrolled in this course."
