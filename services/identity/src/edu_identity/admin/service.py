"""Use cases of admins."""

from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.pagination import PageParams
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import RoleRequired
from edu_identity import audit, publishers
from edu_identity.access import revoke
from edu_identity.accounts import repository as accounts
from edu_identity.accounts.errors import AlreadyVerified, UserNotFound
from edu_identity.admin.errors import LastAdmin, NotATeacher
from edu_identity.admin.schemas import Rejection, Status, UserChanges, UserFilter
from edu_identity.audit import Action
from edu_identity.context import IdentityContext
from edu_identity.models import User
from edu_identity.sessions import repository as sessions


async def list_pending(app: IdentityContext, page: PageParams) -> dict[str, Any]:
    async with app.database.read() as connection:
        scope = {"list": "pending teachers"}
        found = await accounts.PENDING_TEACHERS.paginate(connection, page, app.cursors, scope)
    return found.envelope(found.rows)


async def verify(app: IdentityContext, admin: Claims, user_id: UUID) -> User:
    async with app.database.unit_of_work() as unit:
        await _lock_applicant(unit, user_id)
        teacher = await accounts.change(unit, user_id, is_verified=True, rejection_reason=None)
        await publishers.publish_verified(unit, teacher)
        await audit.record(unit, Action.TEACHER_VERIFIED, actor=admin.user_id, target=user_id)
    return teacher


async def reject(app: IdentityContext, admin: Claims, user_id: UUID, body: Rejection) -> User:
    """Reject an application; the teacher is notified of the reason and may apply again."""
    async with app.database.unit_of_work() as unit:
        await _lock_applicant(unit, user_id)
        teacher = await accounts.change(unit, user_id, rejection_reason=body.reason)
        await publishers.publish_rejected(unit, teacher, body.reason)
        await audit.record(unit, Action.TEACHER_REJECTED, actor=admin.user_id, target=user_id)
    return teacher


async def _lock_applicant(unit: UnitOfWork, user_id: UUID) -> None:
    user = await accounts.lock(unit, user_id)
    if user is None:
        raise UserNotFound
    if user.role != Role.TEACHER:
        raise NotATeacher
    if user.is_verified:
        raise AlreadyVerified


async def list_users(app: IdentityContext, filters: UserFilter, page: PageParams) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if filters.q:
        values["q"] = accounts.pattern(filters.q)
    if filters.role is not None:
        values["role"] = filters.role
    if filters.status is not None:
        values["is_active"] = filters.status is Status.ACTIVE
    scope = {"list": "users", **filters.model_dump(mode="json")}
    async with app.database.read() as connection:
        found = await accounts.users(frozenset(values)).paginate(connection, page, app.cursors, scope, **values)
    return found.envelope(found.rows)


async def change_user(app: IdentityContext, admin: Claims, user_id: UUID, body: UserChanges) -> User:
    """Change role or activity; the user's access tokens are revoked at once, and a disabled user's sessions too."""
    async with app.database.unit_of_work() as unit:
        admins = await accounts.lock_active_admins(unit)
        if admin.user_id not in admins:
            raise RoleRequired
        user = await accounts.lock(unit, user_id)
        if user is None:
            raise UserNotFound
        changes = {name: value for name, value in body.changes().items() if value != getattr(user, name)}
        if changes:
            user = await _apply(app, unit, admin, user, changes)
            if admins == {user.id} and not _is_active_admin(user):
                raise LastAdmin
    return user


async def _apply(app: IdentityContext, unit: UnitOfWork, admin: Claims, user: User, changes: dict[str, Any]) -> User:
    old_role = user.role
    is_verified = user.is_verified and changes.get("role", old_role) == Role.TEACHER
    user = await accounts.change(unit, user.id, **changes, is_verified=is_verified)
    if not user.is_active:
        await sessions.end_all(unit, user.id)
    await revoke(app, unit, user)
    if "role" in changes:
        detail = {"from": old_role, "to": user.role}
        await audit.record(unit, Action.ROLE_CHANGED, actor=admin.user_id, target=user.id, detail=detail)
    if "is_active" in changes:
        action = Action.USER_ENABLED if user.is_active else Action.USER_DISABLED
        await audit.record(unit, action, actor=admin.user_id, target=user.id)
    return user


def _is_active_admin(user: User) -> bool:
    return user.is_active and user.role == Role.ADMIN
