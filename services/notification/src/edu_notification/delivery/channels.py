"""The ways by which a user is told something, behind one interface."""

import asyncio
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import after_commit, connection_of
from edu_notification.delivery.notice import Notice
from edu_notification.mail import repository as mails
from edu_notification.models import MailType, NotificationType
from edu_notification.notifications import repository as notifications
from edu_notification.recipients import repository as recipients
from edu_notification.texts import Texts

log = structlog.get_logger(__name__)

SHOWN = {
    NotificationType.ENROLLMENT_CREATED: ("course_id", "course_slug", "enrollment_id", "payment_id"),
    NotificationType.ENROLLMENT_REVOKED: ("course_id", "enrollment_id"),
    NotificationType.ENROLLMENT_COMPLETED: ("course_id", "enrollment_id", "certificate_code"),
    NotificationType.TEACHER_VERIFIED: (),
    NotificationType.TEACHER_REJECTED: ("reason",),
    NotificationType.REVIEW_CREATED: ("course_id", "course_slug", "review_id", "rating"),
}
"""Which fields of a notice's data an in-app notification carries, for links and icons."""


class Channel(Protocol):
    async def deliver(self, session: AsyncSession, notice: Notice) -> None:
        """Take the notice in the caller's transaction, or pass over one that is not for this channel."""
        ...


class InAppChannel:
    """Writes the notification that the user sees on the platform."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def deliver(self, session: AsyncSession, notice: Notice) -> None:
        if notice.type not in SHOWN:
            return
        kind = NotificationType(notice.type)
        connection = await connection_of(session)
        text = self._texts.notification(await recipients.locale_of(connection, notice.user_id), kind, notice.data)
        await notifications.add(
            connection,
            event_id=notice.event_id,
            user_id=notice.user_id,
            kind=kind,
            title=text.title,
            body=text.body,
            data={field: notice.data[field] for field in SHOWN[kind]},
        )


class MailChannel:
    """Queues the mail, unless the user does not want mails of its type."""

    def __init__(self, queued: asyncio.Event) -> None:
        self._queued = queued

    async def deliver(self, session: AsyncSession, notice: Notice) -> None:
        if notice.type not in set(MailType):
            return
        await mails.add(
            await connection_of(session),
            event_id=notice.event_id,
            user_id=notice.user_id,
            kind=MailType(notice.type),
            data=notice.data,
        )
        after_commit(session, self._queued.set)


class LogChannel:
    """Writes a structured line on stdout once the notice is durable."""

    async def deliver(self, session: AsyncSession, notice: Notice) -> None:
        def tell() -> None:
            log.info("notice", type=notice.type, user_id=str(notice.user_id), event_id=str(notice.event_id))

        after_commit(session, tell)
