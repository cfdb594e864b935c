"""Errors of payments at any stage."""

from edu_common.errors import DomainError, NotFound


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    detail = "There is no such payment, or it is not yours to see."


class AlreadyOwned(DomainError):
    status = 409
    code = "already_owned"
    detail = "This student already has the course."
