"""Why a curriculum cannot be changed or read."""

from edu_common.errors import DomainError, NotFound


class ModuleNotFound(NotFound):
    detail = "There is no such module, or it is not yours to see."


class LessonNotFound(NotFound):
    detail = "There is no such lesson, or it is not yours to see."


class CurriculumMismatch(DomainError):
    status = 409
    code = "curriculum_mismatch"
    detail = "The order must name each module and each lesson of the course once. Read the curriculum again."


class CurriculumFull(DomainError):
    status = 409
    code = "curriculum_full"
