"""Current data of users: an access token may be older than what identity has published since."""

from uuid import UUID

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from edu_common.auth.access_tokens import Claims
from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.errors import DomainError
from edu_common.events import erasure
from edu_course.models import UserName, VerifiedTeacher

_insert_name = insert(UserName).values(binds(("user_id", "name")))
SAVE_NAME = _insert_name.on_conflict_do_update(index_elements=["user_id"], set_={"name": _insert_name.excluded.name})
FIND_NAME = select(UserName.name).where(UserName.user_id == bindparam("user_id"))
SAVE_VERIFIED = insert(VerifiedTeacher).values(binds(("user_id",))).on_conflict_do_nothing()
REMOVE_VERIFIED = delete(VerifiedTeacher).where(VerifiedTeacher.user_id == bindparam("user_id"))
IS_VERIFIED = select(exists().where(VerifiedTeacher.user_id == bindparam("user_id")))


class TeacherNotVerified(DomainError):
    status = 403
    code = "teacher_not_verified"
    detail = "Your teacher account is not verified yet. An admin will look at your application."


async def save_name(unit: UnitOfWork, user_id: UUID, name: str) -> None:
    await erasure.lock(unit, user_id)
    await unit.execute(SAVE_NAME, user_id=user_id, name=name)


async def save_verified(unit: UnitOfWork, user_id: UUID) -> None:
    await unit.execute(SAVE_VERIFIED, user_id=user_id)


async def remove_verified(unit: UnitOfWork, user_id: UUID) -> None:
    await unit.execute(REMOVE_VERIFIED, user_id=user_id)


async def current_name(unit: UnitOfWork, user: Claims) -> str:
    """Return the user's name to be written; it is newer than the token's if it was changed since."""
    await erasure.lock_shared(unit, user.user_id)
    name = await unit.scalar(FIND_NAME, user_id=user.user_id)
    return user.name if name is None else name


async def is_erased(unit: UnitOfWork, user_id: UUID) -> bool:
    """Return whether the user was erased; if not, they cannot be until the transaction ends."""
    await erasure.lock_shared(unit, user_id)
    return await unit.scalar(FIND_NAME, user_id=user_id) == ""


async def require_verified(connection: Connection, user: Claims) -> None:
    """Raise `TeacherNotVerified` unless the access token, or an event since, says that the teacher is verified."""
    if not (user.is_verified or await connection.scalar(IS_VERIFIED, user_id=user.user_id)):
        raise TeacherNotVerified
