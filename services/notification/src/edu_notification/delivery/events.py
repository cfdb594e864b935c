"""What the service does with the events of the others."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.events import Event, Handlers
from edu_notification.delivery.channels import Channel
from edu_notification.delivery.notice import Notice
from edu_notification.mail import repository as mails
from edu_notification.models import MailType
from edu_notification.recipients import repository as recipients

ADDRESSEE = {
    "enrollment.created": "student_id",
    "enrollment.revoked": "student_id",
    "enrollment.completed": "student_id",
    "payment.completed": "student_id",
    "payment.refunded": "student_id",
    "review.created": "teacher_id",
    "user.teacher_verified": "user_id",
    "user.teacher_rejected": "user_id",
}
"""Which field of an event's data names the user whom it concerns."""


class Delivery:
    """Hands what events tell to every channel."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = channels

    def handlers(self) -> Handlers:
        return {
            **dict.fromkeys(ADDRESSEE, self._tell_addressee),
            "user.registered": self._registered,
            "user.renamed": self._renamed,
            "user.erased": self._erased,
            "user.mail_requested": self._mail_requested,
        }

    async def _tell_addressee(self, session: AsyncSession, event: Event) -> None:
        user_id = UUID(event.data[ADDRESSEE[event.type]])
        await self._deliver(session, Notice(event_id=event.id, user_id=user_id, type=event.type, data=event.data))

    async def _deliver(self, session: AsyncSession, notice: Notice) -> None:
        for channel in self._channels:
            await channel.deliver(session, notice)

    async def _registered(self, session: AsyncSession, event: Event) -> None:
        await mails.release(session, await _save_recipient(session, event))

    async def _renamed(self, session: AsyncSession, event: Event) -> None:
        await recipients.rename(
            session, user_id=UUID(event.data["user_id"]), name=event.data["name"], locale=event.data["locale"]
        )

    async def _erased(self, session: AsyncSession, event: Event) -> None:
        await recipients.erase(session, UUID(event.data["user_id"]))

    async def _mail_requested(self, session: AsyncSession, event: Event) -> None:
        """Send a one-time link; the event tells the address too, for users from before this service's time."""
        user_id = await _save_recipient(session, event)
        kind = MailType(event.data["purpose"])
        await self._deliver(session, Notice(event_id=event.id, user_id=user_id, type=kind, data={}))


async def _save_recipient(session: AsyncSession, event: Event) -> UUID:
    """Keep what the event tells of its user, the role where it tells that too."""
    user_id = UUID(event.data["user_id"])
    await recipients.save(
        session,
        user_id=user_id,
        email=event.data["email"],
        name=event.data["name"],
        locale=event.data["locale"],
        role=event.data.get("role"),
    )
    return user_id
