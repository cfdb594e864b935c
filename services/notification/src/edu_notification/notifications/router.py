"""Endpoints for a user's own notifications."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from edu_common.web.conditional import json_response
from edu_common.web.dependencies import User
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_notification.context import App
from edu_notification.models import Locale
from edu_notification.notifications import service
from edu_notification.notifications.schemas import NotificationOut, NotificationPage
from edu_notification.notifications.service import NotificationNotFound

Language = Annotated[Locale | None, Query(description="Language of the texts; without it that of the account")]

router = Router(prefix="/notifications", tags=["notifications"])


@router.get("/me", response_model=NotificationPage)
async def list_notifications(
    app: App,
    user: User,
    params: Paging,
    unread: Annotated[bool, Query(description="Only those not read yet")] = False,
    locale: Language = None,
) -> Response:
    """The caller's notifications, newest first."""
    page = await service.list_own(app, user.user_id, unread_only=unread, params=params, locale=locale)
    return json_response(page)


@router.patch("/{notification_id}/read", responses=error_responses(NotificationNotFound))
async def mark_notification_read(
    app: App, user: User, notification_id: UUID, locale: Language = None
) -> NotificationOut:
    """Mark one of the caller's notifications as read; repeating it changes nothing."""
    return await service.mark_read(app, user.user_id, notification_id, locale)


@router.post("/read-all", status_code=204)
async def mark_all_notifications_read(app: App, user: User) -> None:
    """Mark all of the caller's notifications as read."""
    await service.mark_all_read(app, user.user_id)
