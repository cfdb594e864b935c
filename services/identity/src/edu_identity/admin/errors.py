"""Errors of the admin endpoints."""

from edu_common.errors import DomainError


class NotATeacher(DomainError):
    status = 409
    code = "not_a_teacher"
    detail = "This user is not a teacher."


class LastAdmin(DomainError):
    status = 409
    code = "last_admin"
    detail = "This is the last active admin. Make somebody else an admin first."
