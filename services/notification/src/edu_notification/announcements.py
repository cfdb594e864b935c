"""Announcements: what an administrator sends to one user or to all users of a role."""

from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

from edu_common.auth.access_tokens import Role
from edu_common.errors import NotFound
from edu_common.ids import new_id
from edu_common.types import Body, line, text_block
from edu_common.web.dependencies import Admin
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_notification.context import App
from edu_notification.notifications import repository as notifications
from edu_notification.publishers import publish_announced

log = structlog.get_logger(__name__)

router = Router(prefix="/notifications", tags=["announcements"])

if TYPE_CHECKING:  # types made by a call have no static counterpart
    Title = str
    Text = str
else:
    Title = line(200)
    Text = text_block(5000, min_length=1)


class AnnouncementCreate(Body):
    """Exactly one of `user_id` and `role` says to whom."""

    user_id: UUID | None = None
    role: Role | None = None
    title: Title
    body: Text

    @model_validator(mode="after")
    def _has_one_addressee(self) -> "AnnouncementCreate":
        if (self.user_id is None) == (self.role is None):
            raise PydanticCustomError("addressee", "name either user_id or role")
        return self


class Announcement(BaseModel):
    """What was announced; `recipients` is the number of users who received it."""

    id: UUID
    user_id: UUID | None
    role: Role | None
    title: str
    body: str
    recipients: int


class UserNotFound(NotFound):
    code = "user_not_found"
    detail = "There is no such user to announce it to."


@router.post("", status_code=201, responses=error_responses(UserNotFound))
async def announce(app: App, admin: Admin, body: AnnouncementCreate) -> Announcement:
    """Tell one user, or every user of a role, something in-app."""
    announcement_id = new_id()
    async with app.database.unit_of_work() as unit:
        recipients = await notifications.announce(unit, announcement_id, **body.model_dump())
        if body.user_id and not recipients:
            raise UserNotFound
        detail = {"announcement_id": announcement_id, "role": body.role, "recipients": recipients}
        await publish_announced(unit, admin, body.user_id, **detail)
    log.info("announcement", announcement_id=str(announcement_id), role=body.role, recipients=recipients)
    return Announcement(id=announcement_id, recipients=recipients, **body.model_dump())
