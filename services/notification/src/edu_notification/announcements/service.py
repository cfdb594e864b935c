"""Telling one user, or all of a role."""

import structlog

from edu_common.ids import new_id
from edu_notification.announcements.errors import UserNotFound
from edu_notification.announcements.schemas import Announcement, AnnouncementCreate
from edu_notification.context import NotificationContext
from edu_notification.notifications import repository as notifications

log = structlog.get_logger(__name__)


async def announce(app: NotificationContext, body: AnnouncementCreate) -> Announcement:
    """Write the announcement as a notification of each addressee; raises `UserNotFound`."""
    announcement_id = new_id()
    async with app.database.transaction() as session:
        if body.user_id:
            told = await notifications.announce_to_user(session, announcement_id, body.user_id, body.title, body.body)
            if not told:
                raise UserNotFound
        else:
            assert body.role  # noqa: S101 - the schema lets exactly one of the two through
            told = await notifications.announce_to_role(session, announcement_id, body.role, body.title, body.body)
    log.info("announcement", announcement_id=str(announcement_id), role=body.role, recipients=told)
    return Announcement(id=announcement_id, recipients=told, **body.model_dump())
