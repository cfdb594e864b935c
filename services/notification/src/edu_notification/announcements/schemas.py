"""Announcements on the wire."""

from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

from edu_common.auth.access_tokens import Role
from edu_common.types import Body, line, text_block

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
