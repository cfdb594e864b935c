"""Who may see and who may change a course."""

from collections.abc import Awaitable, Callable, Hashable
from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.executor import Row
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.web.conditional import PRIVATE, PUBLIC
from edu_course.clients import EnrollmentRequired
from edu_course.context import CourseContext, Shown
from edu_course.courses import repository
from edu_course.courses.errors import CourseNotFound, NotOwner
from edu_course.models import Course, Status


def manages(user: Claims | None, teacher_id: UUID) -> bool:
    """Return whether the user is the course's teacher or an admin."""
    return user is not None and (user.role is Role.ADMIN or user.user_id == teacher_id)


async def require_visible(app: CourseContext, user: Claims | None, course: Shown | Row) -> str:
    """Return the `Cache-Control` for a course's representation; raise `CourseNotFound` if the user must not see it.

    A row has the course's `course_id`, `teacher_id` and `visibility`.
    """
    status = course.visibility
    if status == Status.PUBLISHED:
        return PUBLIC
    if manages(user, course.teacher_id):
        return PRIVATE
    if status == Status.DRAFT or user is None:
        raise CourseNotFound
    try:
        await app.enrollments.require(user.user_id, course.course_id)
    except EnrollmentRequired as error:
        raise CourseNotFound from error
    return PRIVATE


async def read(
    app: CourseContext, user: Claims | None, ref: UUID | str, key: Hashable, load: Callable[[], Awaitable[Shown]]
) -> tuple[Shown, str]:
    """Return the result of `load`, and its `Cache-Control`, if the user may see the course.

    Teachers and admins bypass the cache: another replica's cache may not have their latest write yet.
    """
    past_cache = user is not None and user.role is not Role.STUDENT
    shown = await (load() if past_cache else app.cache.get(ref, key, load))
    return shown, await require_visible(app, user, shown)


async def lock_own(unit: UnitOfWork, user: Claims, course_id: UUID) -> Course:
    """Lock and return the user's course.

    Raise `NotOwner` for another teacher's course, `CourseNotFound` if the user must not learn that it exists.
    """
    course = await repository.lock(unit, course_id)
    if course is None:
        raise CourseNotFound
    if course.teacher_id != user.user_id:
        raise NotOwner if course.status == Status.PUBLISHED else CourseNotFound
    return course
