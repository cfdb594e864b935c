"""Who may see and who may change a course."""

from collections.abc import Awaitable, Callable, Hashable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.statements import Row
from edu_common.web.conditional import PRIVATE, PUBLIC
from edu_course.context import CourseContext, Shown
from edu_course.courses import repository
from edu_course.courses.errors import CourseNotFound, NotOwner
from edu_course.enrollments import EnrollmentRequired
from edu_course.models import Course, Status


def manages(user: Claims | None, teacher_id: UUID) -> bool:
    """Whether the user is the course's teacher or an admin."""
    return user is not None and (user.role is Role.ADMIN or user.user_id == teacher_id)


async def require_visible(app: CourseContext, user: Claims | None, course: Shown | Row) -> str:
    """The `Cache-Control` of what shows a course; raises `CourseNotFound` for those who must not see it.

    A row has its `course_id`, `teacher_id` and `status`.
    """
    if course.status == Status.PUBLISHED:
        return PUBLIC
    if manages(user, course.teacher_id):
        return PRIVATE
    if course.status == Status.DRAFT or user is None:
        raise CourseNotFound
    try:
        await app.enrollments.require(user.user_id, course.course_id)
    except EnrollmentRequired as error:
        raise CourseNotFound from error
    return PRIVATE


async def read(
    app: CourseContext, user: Claims | None, ref: UUID | str, key: Hashable, load: Callable[[], Awaitable[Shown]]
) -> tuple[Shown, str]:
    """What `load` gives, and its `Cache-Control`, for a user who may see the course.

    Those who write courses read past the cache: another replica's cache may not know of their write yet.
    """
    past_cache = user is not None and user.role is not Role.STUDENT
    shown = await (load() if past_cache else app.cache.get(ref, key, load))
    return shown, await require_visible(app, user, shown)


async def lock_own(session: AsyncSession, user: Claims, course_id: UUID) -> Course:
    """The user's course, locked; raises `NotOwner` for another's, `CourseNotFound` where that must not be told."""
    course = await repository.lock(session, course_id)
    if course is None:
        raise CourseNotFound
    if course.teacher_id != user.user_id:
        raise NotOwner if course.status == Status.PUBLISHED else CourseNotFound
    return course
