"""Endpoints for a user's own notifications."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from edu_common.auth.dependencies import User, caller
from edu_common.database.pagination import PageParams, page_params
from edu_common.web.conditional import json_answer
from edu_common.web.error_responses import error_responses
from edu_common.web.shortcuts import shortcut
from edu_notification.context import App
from edu_notification.notifications import service
from edu_notification.notifications.schemas import NotificationOut, NotificationPage
from edu_notification.notifications.service import NotificationNotFound

router = APIRouter(prefix="/notifications", tags=["notifications"])


@router.get("/me", response_model=NotificationPage)
async def list_notifications(
    app: App,
    _: User,
    request: Request,
    params: Annotated[PageParams, Depends(page_params)],
    unread: Annotated[bool, Query(description="Only those not read yet")] = False,
) -> Response:
    """The caller's notifications, newest first."""

    async def answer(request: Request) -> Response:
        user = await caller(request)
        return json_answer(await service.list_own(app, user.user_id, unread_only=unread, params=params))

    return await shortcut(request, answer)


@router.patch("/{notification_id}/read", responses=error_responses(NotificationNotFound))
async def mark_notification_read(app: App, user: User, notification_id: UUID) -> NotificationOut:
    """Mark one of the caller's notifications as read; repeating it changes nothing."""
    return await service.mark_read(app, user.user_id, notification_id)


@router.post("/read-all", status_code=204)
async def mark_all_notifications_read(app: App, user: User) -> None:
    """Mark all of the caller's notifications as read."""
    await service.mark_all_read(app, user.user_id)
