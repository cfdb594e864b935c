"""Refusals that concern tokens sent by mail."""

from edu_common.errors import DomainError


class InvalidToken(DomainError):
    status = 400
    code = "invalid_token"
    detail = "This link is wrong, was used before, or has expired. Ask for a new one."
