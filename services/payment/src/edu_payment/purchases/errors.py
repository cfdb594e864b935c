"""Errors of a purchase."""

from edu_common.errors import DomainError, NotFound, Unprocessable


class CourseNotFound(NotFound):
    code = "course_not_found"
    detail = "There is no such course, or it is not published."


class OwnCourse(DomainError):
    status = 403
    code = "own_course"
    detail = "Nobody pays for a course of their own."


class NotOnSale(DomainError):
    status = 409
    code = "not_on_sale"
    detail = "The course is archived and no longer sold."


class CourseIsFree(DomainError):
    status = 409
    code = "course_is_free"
    detail = "The course is free. Enroll in it without a payment."


class PriceChanged(DomainError):
    status = 409
    code = "price_changed"
    detail = "The course has another price now; 'price' says which. Send that amount, or none."

    def __init__(self, price: str, currency: str) -> None:
        super().__init__(members={"price": price, "currency": currency})


class PaymentInProgress(DomainError):
    status = 409
    code = "payment_in_progress"
    detail = "Another payment for this course is under way. Try again in a moment."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class IdempotencyKeyReused(Unprocessable):
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key came with another body before. Send a new key with a new request."
