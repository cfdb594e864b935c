"""Handlers of other services' events."""

from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Event, Subscriptions, erasure
from edu_notification import recipients
from edu_notification.channels import Notice
from edu_notification.context import NotificationContext
from edu_notification.mail import repository as mails
from edu_notification.models import MailType

RECIPIENT_FIELD = {
    "enrollment.created": "student_id",
    "enrollment.revoked": "student_id",
    "enrollment.completed": "student_id",
    "payment.completed": "student_id",
    "payment.refunded": "student_id",
    "review.created": "teacher_id",
    "review.hidden": "user_id",
    "review.restored": "user_id",
    "course.taken_down": "user_id",
    "course.restored": "user_id",
    "user.teacher_verified": "user_id",
    "user.teacher_rejected": "user_id",
}
"""The field of an event's data that identifies the user to notify."""


def subscriptions(app: NotificationContext) -> Subscriptions:
    """Return the subscriptions of the service."""
    end_access = app.subscriptions["identity"]["user.access_changed"]

    async def on_access_changed(unit: UnitOfWork, event: Event) -> None:
        await end_access(unit, event)
        await recipients.set_role(unit, UUID(event.data["user_id"]), event.data["role"])

    async def notify(unit: UnitOfWork, event: Event) -> None:
        user_id = UUID(event.data[RECIPIENT_FIELD[event.type]])
        erased = await recipients.lock_unless_erased(unit, {user_id, *erasure.people_in(event.data)})
        if user_id not in erased:
            data = erasure.without(event.data, erased)
            await deliver(unit, Notice(event_id=event.id, user_id=user_id, type=event.type, data=data))

    async def on_mail_requested(unit: UnitOfWork, event: Event) -> None:
        """Send a one-time link; the event contains the e-mail address too, for users older than this service."""
        user_id = await _save_recipient(unit, event)
        if user_id:
            kind = MailType(event.data["purpose"])
            await deliver(unit, Notice(event_id=event.id, user_id=user_id, type=kind, data={}))

    async def deliver(unit: UnitOfWork, notice: Notice) -> None:
        for channel in app.channels:
            await channel.deliver(unit, notice)

    return {
        "identity": {
            "user.access_changed": on_access_changed,
            "user.registered": _on_registered,
            "user.email_verified": _on_email_verified,
            "user.renamed": _on_renamed,
            "user.erased": _on_erased,
            "user.mail_requested": on_mail_requested,
            "user.teacher_verified": notify,
            "user.teacher_rejected": notify,
        },
        "course": {
            "review.created": notify,
            "review.hidden": notify,
            "review.restored": notify,
            "course.taken_down": notify,
            "course.restored": notify,
        },
        "enrollment": {
            "enrollment.created": notify,
            "enrollment.revoked": notify,
            "enrollment.completed": notify,
        },
        "payment": {"payment.completed": notify, "payment.refunded": notify},
    }


async def _on_registered(unit: UnitOfWork, event: Event) -> None:
    user_id = await _save_recipient(unit, event)
    if user_id:
        await mails.release(unit, user_id)


async def _on_email_verified(unit: UnitOfWork, event: Event) -> None:
    await recipients.confirm(unit, UUID(event.data["user_id"]))


async def _on_renamed(unit: UnitOfWork, event: Event) -> None:
    user_id = UUID(event.data["user_id"])
    await recipients.rename(unit, user_id, name=event.data["name"], locale=event.data["locale"])


async def _on_erased(unit: UnitOfWork, event: Event) -> None:
    await recipients.erase(unit, UUID(event.data["user_id"]))


async def _save_recipient(unit: UnitOfWork, event: Event) -> UUID | None:
    """Save the user in an event, with the role if it has one; return their id, or None when they were erased."""
    user_id = UUID(event.data["user_id"])
    if await recipients.lock_unless_erased(unit, {user_id}):
        return None
    await recipients.save(
        unit,
        user_id=user_id,
        email=event.data["email"],
        name=event.data["name"],
        locale=event.data["locale"],
        role=event.data.get("role"),
        email_verified=event.data.get("email_verified", event.data.get("purpose") != MailType.EMAIL_VERIFICATION),
    )
    return user_id
