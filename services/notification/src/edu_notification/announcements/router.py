"""The address of announcements."""

from fastapi import APIRouter

from edu_common.auth.dependencies import Admin
from edu_common.web.error_responses import error_responses
from edu_notification.announcements import service
from edu_notification.announcements.errors import UserNotFound
from edu_notification.announcements.schemas import Announcement, AnnouncementCreate
from edu_notification.context import App

router = APIRouter(prefix="/notifications", tags=["announcements"])


@router.post("", status_code=201, responses=error_responses(UserNotFound))
async def announce(app: App, _: Admin, body: AnnouncementCreate) -> Announcement:
    """Tell one user, or every user of a role, something in-app."""
    return await service.announce(app, body)
