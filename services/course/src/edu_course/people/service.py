"""A user as of now: their token may be older than what identity told since."""

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims
from edu_common.errors import DomainError
from edu_course.people import repository


class TeacherNotVerified(DomainError):
    status = 403
    code = "teacher_not_verified"
    detail = "Your teacher account is not verified yet. An admin will look at your application."


async def current_name(session: AsyncSession, user: Claims) -> str:
    known = await repository.find_name(session, user.user_id)
    return user.name if known is None else known


async def require_verified(session: AsyncSession, user: Claims) -> None:
    """Raise `TeacherNotVerified` unless the token, or an event since, says that the teacher is verified."""
    if not (user.is_verified or await repository.is_verified(session, user.user_id)):
        raise TeacherNotVerified
