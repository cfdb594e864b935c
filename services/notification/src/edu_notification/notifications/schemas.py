"""Notifications on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from edu_common.database.pagination import Page
from edu_notification.models import NotificationType


class NotificationOut(BaseModel):
    """A notification; `data` holds ids and slugs for links, by type."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user_id: UUID
    type: NotificationType
    title: str
    body: str
    data: dict[str, Any]
    is_read: bool
    created_at: datetime


class NotificationPage(Page[NotificationOut]):
    """A page of the caller's notifications; `unread_count` is that of all of them, at most 10,000."""

    unread_count: int
