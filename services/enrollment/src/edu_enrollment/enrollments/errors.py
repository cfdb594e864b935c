"""Errors of enrolling."""

from edu_common.errors import DomainError, NotFound


class AlreadyEnrolled(DomainError):
    status = 409
    code = "already_enrolled"
    detail = "You are enrolled in this course already."


class NotOnSale(DomainError):
    status = 409
    code = "not_on_sale"
    detail = "This course takes no new students any more."


class OwnCourse(DomainError):
    status = 403
    code = "own_course"
    detail = "A teacher cannot be a student of their own course."


class PaymentRequired(DomainError):
    status = 402
    code = "payment_required"
    detail = "This course has to be paid for first: POST /payments in the payment service."


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    detail = "You have no such payment for this course."


class CourseMissing(Exception):
    """A payment's event arrived before its course's; it succeeds when it is redelivered after that one."""
