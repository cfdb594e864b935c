"""Refusals that concern passwords."""

from edu_common.errors import DomainError


class WrongPassword(DomainError):
    status = 403
    code = "wrong_password"
    detail = "The current password is wrong."
