"""What admins do."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.pagination import Key, PageParams, by_newest, paginate
from edu_common.errors import RoleRequired
from edu_identity import publishers
from edu_identity.access import revoke
from edu_identity.accounts import repository as accounts
from edu_identity.accounts.errors import AlreadyVerified, UserNotFound
from edu_identity.admin.errors import LastAdmin, NotATeacher
from edu_identity.admin.schemas import Rejection, Status, UserChanges, UserFilter
from edu_identity.audit import repository as audit
from edu_identity.audit.repository import Action
from edu_identity.context import IdentityContext
from edu_identity.models import User
from edu_identity.sessions import repository as sessions

OLDEST_FIRST = [Key(column=key.column, kind=key.kind) for key in by_newest(User.created_at, User.id)]


async def list_pending(app: IdentityContext, page: PageParams) -> dict[str, Any]:
    async with app.database.read() as session:
        found = await paginate(
            session,
            accounts.pending_teachers(),
            keys=OLDEST_FIRST,
            params=page,
            cursors=app.cursors,
            scope={"list": "pending teachers"},
        )
    return found.envelope(found.rows)


async def verify(app: IdentityContext, admin: Claims, user_id: UUID) -> User:
    async with app.database.transaction() as session:
        teacher = await _applicant(session, user_id)
        teacher.is_verified = True
        teacher.rejection_reason = None
        await publishers.tell_verified(session, teacher)
        await audit.record(session, Action.TEACHER_VERIFIED, actor=admin.user_id, target=user_id)
    return teacher


async def reject(app: IdentityContext, admin: Claims, user_id: UUID, body: Rejection) -> User:
    """The teacher is told why, and leaves the list of those who wait until they apply again."""
    async with app.database.transaction() as session:
        teacher = await _applicant(session, user_id)
        teacher.rejection_reason = body.reason
        await publishers.tell_rejected(session, teacher, body.reason)
        await audit.record(session, Action.TEACHER_REJECTED, actor=admin.user_id, target=user_id)
    return teacher


async def _applicant(session: AsyncSession, user_id: UUID) -> User:
    user = await accounts.lock(session, user_id)
    if user is None:
        raise UserNotFound
    if user.role != Role.TEACHER:
        raise NotATeacher
    if user.is_verified:
        raise AlreadyVerified
    return user


async def list_users(app: IdentityContext, wanted: UserFilter, page: PageParams) -> dict[str, Any]:
    is_active = None if wanted.status is None else wanted.status is Status.ACTIVE
    async with app.database.read() as session:
        found = await paginate(
            session,
            accounts.matching(wanted.q, wanted.role, is_active),
            keys=by_newest(User.created_at, User.id),
            params=page,
            cursors=app.cursors,
            scope={"list": "users", **wanted.model_dump(mode="json")},
        )
    return found.envelope(found.rows)


async def change_user(app: IdentityContext, admin: Claims, user_id: UUID, body: UserChanges) -> User:
    """Change role or activity; the user's access tokens end at once, and a disabled user's sessions too."""
    async with app.database.transaction() as session:
        admins = await accounts.lock_active_admins(session)
        if admin.user_id not in admins:
            raise RoleRequired
        user = await accounts.lock(session, user_id)
        if user is None:
            raise UserNotFound
        changes = {name: value for name, value in body.changes().items() if value != getattr(user, name)}
        if changes:
            await _apply(app, session, admin, user, changes)
            if admins == {user.id} and not _is_active_admin(user):
                raise LastAdmin
    return user


async def _apply(
    app: IdentityContext, session: AsyncSession, admin: Claims, user: User, changes: dict[str, Any]
) -> None:
    old_role = user.role
    for name, value in changes.items():
        setattr(user, name, value)
    if user.role != Role.TEACHER:
        user.is_verified = False
    if not user.is_active:
        await sessions.end_all(session, user.id)
    await revoke(app, session, user)
    if "role" in changes:
        detail = {"from": old_role, "to": user.role}
        await audit.record(session, Action.ROLE_CHANGED, actor=admin.user_id, target=user.id, detail=detail)
    if "is_active" in changes:
        action = Action.USER_ENABLED if user.is_active else Action.USER_DISABLED
        await audit.record(session, action, actor=admin.user_id, target=user.id)


def _is_active_admin(user: User) -> bool:
    return user.is_active and user.role == Role.ADMIN
