"""Refusals of a settlement."""

from edu_common.errors import DomainError


class NotPending(DomainError):
    status = 409
    code = "not_pending"
    detail = "Only a pending payment of the mock provider can be settled."
