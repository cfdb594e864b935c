"""Addresses of a user's own notifications."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from edu_common.auth.dependencies import User
from edu_common.pagination import PageParams, page_params
from edu_notification.notifications import service
from edu_notification.notifications.schemas import NotificationOut, NotificationPage
from edu_notification.runtime import App

router = APIRouter(prefix="/notifications", tags=["notifications"])


@router.get("/me")
async def list_notifications(
    app: App,
    user: User,
    params: Annotated[PageParams, Depends(page_params)],
    unread: Annotated[bool, Query(description="Only those not read yet")] = False,
) -> NotificationPage:
    """The caller's notifications, newest first."""
    return await service.list_own(app, user.user_id, unread_only=unread, params=params)


@router.patch("/{notification_id}/read", responses={404: {"description": "`notification_not_found`"}})
async def mark_notification_read(app: App, user: User, notification_id: UUID) -> NotificationOut:
    """Mark one of the caller's notifications as read; repeating it changes nothing."""
    return await service.mark_read(app, user.user_id, notification_id)


@router.post("/read-all", status_code=204)
async def mark_all_notifications_read(app: App, user: User) -> None:
    """Mark all of the caller's notifications as read."""
    await service.mark_all_read(app, user.user_id)
