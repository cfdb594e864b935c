"""Errors of writing and reading courses."""

from collections.abc import Iterable, Sequence

from edu_common.database.executor import Row
from edu_common.errors import DomainError, NotFound


class CourseNotFound(NotFound):
    detail = "There is no such course, or it is not yours to see."


class NotOwner(DomainError):
    status = 403
    code = "not_owner"
    detail = "Only the teacher who made the course may change it."


NOT_YOURS = (CourseNotFound, NotOwner)
"""Errors of changing a course that is not the user's own."""


class HasEnrollments(DomainError):
    status = 409
    code = "has_enrollments"
    detail = "Students are enrolled in this course, so it cannot be deleted. Archive it."


class HasPayments(DomainError):
    status = 409
    code = "has_payments"
    detail = "Payments for this course are pending or completed, so it cannot be deleted. Archive it."


class TakenDown(DomainError):
    status = 409
    code = "taken_down"
    detail = "An admin took this course down. It can be published again once an admin has restored it."


class Incomplete(DomainError):
    """A published course would be incomplete; `errors` names each missing field and each lesson without content."""

    status = 422
    code = "incomplete"

    def __init__(self, missing: Sequence[str], empty_lessons: Iterable[Row] = ()) -> None:
        errors = [{"loc": ["course", name], "msg": f"The course has no {name}.", "type": "missing"} for name in missing]
        sentences = [f"A published course needs more: {', '.join(missing)}."] if missing else []
        for lesson in empty_lessons:
            message = f"The lesson “{lesson['title']}” has no text and no video. Add one, or delete the lesson."
            errors.append({"loc": ["lessons", str(lesson["id"])], "msg": message, "type": "empty_lesson"})
            sentences.append(message)
        super().__init__(" ".join(sentences), errors=errors)
