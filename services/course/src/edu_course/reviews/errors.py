"""Why a review cannot be written."""

from edu_common.errors import DomainError, NotFound


class ReviewNotFound(NotFound):
    detail = "There is no such review."


class NotAuthor(DomainError):
    status = 403
    code = "not_author"
    detail = "Only its author may do this with a review."


class AlreadyReviewed(DomainError):
    status = 409
    code = "already_reviewed"
    detail = "You have reviewed this course already. Change that review."
