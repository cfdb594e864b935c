"""Admins' work over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from edu_common.database.pagination import Page
from edu_common.web.dependencies import Admin
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_identity.accounts.errors import AlreadyVerified, UserNotFound
from edu_identity.admin import service
from edu_identity.admin.errors import LastAdmin, NotATeacher
from edu_identity.admin.schemas import AdminUser, PendingTeacher, Rejection, UserChanges, UserFilter
from edu_identity.context import App

router = Router(prefix="/admin", tags=["admin"])


@router.get("/teachers/pending", response_model=Page[PendingTeacher])
async def list_pending_teachers(app: App, _: Admin, page: Paging) -> dict[str, Any]:
    """Teachers who wait to be verified, oldest first."""
    return await service.list_pending(app, page)


@router.patch(
    "/users/{user_id}/verify",
    response_model=AdminUser,
    responses=error_responses(UserNotFound, NotATeacher, AlreadyVerified),
)
async def verify_teacher(app: App, admin: Admin, user_id: UUID) -> object:
    """Verify a teacher, who may then publish courses."""
    return await service.verify(app, admin, user_id)


@router.patch(
    "/users/{user_id}/reject",
    response_model=AdminUser,
    responses=error_responses(UserNotFound, NotATeacher, AlreadyVerified),
)
async def reject_teacher(app: App, admin: Admin, user_id: UUID, body: Rejection) -> object:
    """Reject a teacher's application; they are told why and may apply again."""
    return await service.reject(app, admin, user_id, body)


@router.get("/users", response_model=Page[AdminUser])
async def list_users(
    app: App,
    _: Admin,
    page: Paging,
    filters: Annotated[UserFilter, Query()],
) -> dict[str, Any]:
    """All accounts, newest first."""
    return await service.list_users(app, filters, page)


@router.patch("/users/{user_id}", response_model=AdminUser, responses=error_responses(UserNotFound, LastAdmin))
async def change_user(app: App, admin: Admin, user_id: UUID, body: UserChanges) -> object:
    """Disable, enable, or give another role; what the user may do changes at once."""
    return await service.change_user(app, admin, user_id, body)
