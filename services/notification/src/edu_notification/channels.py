"""The channels through which users are notified, behind one interface."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import structlog

from edu_common.database.unit_of_work import UnitOfWork
from edu_notification import recipients
from edu_notification.mail import repository as mails
from edu_notification.models import MailType, NotificationType
from edu_notification.notifications import repository as notifications
from edu_notification.texts import Texts

log = structlog.get_logger(__name__)

IN_APP_FIELDS = {
    NotificationType.ENROLLMENT_CREATED: ("course_id", "course_slug", "enrollment_id", "payment_id"),
    NotificationType.ENROLLMENT_REVOKED: ("course_id", "enrollment_id"),
    NotificationType.ENROLLMENT_COMPLETED: ("course_id", "enrollment_id", "certificate_code"),
    NotificationType.TEACHER_VERIFIED: (),
    NotificationType.TEACHER_REJECTED: ("reason",),
    NotificationType.REVIEW_CREATED: ("course_id", "course_slug", "review_id", "rating"),
    NotificationType.REVIEW_HIDDEN: ("course_id", "course_slug", "review_id", "reason", "removed"),
    NotificationType.REVIEW_RESTORED: ("course_id", "course_slug", "review_id"),
    NotificationType.COURSE_TAKEN_DOWN: ("course_id", "course_slug", "reason", "access"),
    NotificationType.COURSE_RESTORED: ("course_id", "course_slug", "status"),
    NotificationType.PAYMENT_REFUNDED: ("course_id", "payment_id", "cause"),
}
"""The fields of a notice's data that an in-app notification keeps, for links and icons."""

TEXT_FIELDS = {
    NotificationType.ENROLLMENT_CREATED: ("course_title",),
    NotificationType.ENROLLMENT_REVOKED: ("course_title",),
    NotificationType.ENROLLMENT_COMPLETED: ("course_title",),
    NotificationType.TEACHER_VERIFIED: (),
    NotificationType.TEACHER_REJECTED: ("reason",),
    NotificationType.REVIEW_CREATED: ("course_title", "author_name", "rating"),
    NotificationType.REVIEW_HIDDEN: ("course_title", "reason", "removed"),
    NotificationType.REVIEW_RESTORED: ("course_title",),
    NotificationType.COURSE_TAKEN_DOWN: ("course_title", "reason", "access"),
    NotificationType.COURSE_RESTORED: ("course_title", "status"),
    NotificationType.PAYMENT_REFUNDED: ("course_title", "cause"),
}
"""The fields that its text needs; they are kept to render it in the reader's language."""


@dataclass(frozen=True)
class Notice:
    """A message to one user.

    `type` is a `NotificationType`, a `MailType` or both; `data` contains the values of its texts.
    """

    event_id: UUID
    user_id: UUID
    type: str
    data: dict[str, Any]


class Channel(Protocol):
    async def deliver(self, unit: UnitOfWork, notice: Notice) -> None:
        """Accept the notice in the caller's transaction, or ignore one that is not for this channel."""
        ...


class InAppChannel:
    """Writes the notification that the user sees on the platform.

    Of a refund that a person requested the user learns from `enrollment.revoked`; a payment that refunded itself ends
    no enrollment.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def deliver(self, unit: UnitOfWork, notice: Notice) -> None:
        if notice.type not in IN_APP_FIELDS or _is_requested_refund(notice):
            return
        kind = NotificationType(notice.type)
        author = notice.data.get("author_id") if notice.data.get("author_name") else None  # "" is an erased user's
        text = self._texts.notification(await recipients.locale_of(unit, notice.user_id), kind, notice.data)
        await notifications.add(
            unit,
            event_id=notice.event_id,
            user_id=notice.user_id,
            kind=kind,
            title=text.title,
            body=text.body,
            data={field: notice.data[field] for field in {*IN_APP_FIELDS[kind], *TEXT_FIELDS[kind]}},
            about_user_id=author and UUID(author),
        )


def _is_requested_refund(notice: Notice) -> bool:
    return notice.type == NotificationType.PAYMENT_REFUNDED and notice.data.get("cause") is None


class MailChannel:
    """Queues the mail, unless the user does not want mails of its type; sets `queued` once it is durable."""

    def __init__(self, queued: asyncio.Event) -> None:
        self._queued = queued

    async def deliver(self, unit: UnitOfWork, notice: Notice) -> None:
        if notice.type not in set(MailType):
            return
        await mails.add(
            unit, event_id=notice.event_id, user_id=notice.user_id, kind=MailType(notice.type), data=notice.data
        )
        unit.after_commit.append(self._queued.set)


class LogChannel:
    """Logs a structured line to stdout once the notice is durable."""

    async def deliver(self, unit: UnitOfWork, notice: Notice) -> None:
        fields = {"type": notice.type, "user_id": str(notice.user_id), "event_id": str(notice.event_id)}
        unit.after_commit.append(lambda: log.info("notice", **fields))
