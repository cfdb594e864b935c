"""Events that the identity service publishes, and their subscribers."""

from datetime import datetime
from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Routes, publish
from edu_identity.models import Purpose, User

ROUTES: Routes = {
    "user.registered": ("notification",),
    "user.email_verified": ("notification",),
    "user.access_changed": ("course", "enrollment", "payment", "notification"),
    "user.teacher_verified": ("course", "notification"),
    "user.teacher_rejected": ("notification",),
    "user.renamed": ("course", "enrollment", "notification"),
    "user.mail_requested": ("notification",),
    "user.erased": ("course", "enrollment", "payment", "notification"),
}


async def publish_registered(unit: UnitOfWork, user: User) -> None:
    names = ("email", "name", "role", "locale", "email_verified")
    data = {"user_id": user.id, **{name: getattr(user, name) for name in names}}
    await publish(unit, ROUTES, "user.registered", user.id, data)


async def publish_email_verified(unit: UnitOfWork, user: User) -> None:
    await publish(unit, ROUTES, "user.email_verified", user.id, {"user_id": user.id})


async def publish_access_changed(
    unit: UnitOfWork, user: User, session_id: UUID | None, revoked_before: datetime, *, is_active: bool
) -> None:
    """Have every service reject the tokens issued to the user, or to that session, until `revoked_before`."""
    data = {
        "user_id": user.id,
        "session_id": session_id,
        "revoked_before": revoked_before,
        "is_active": is_active,
        "role": user.role,
    }
    await publish(unit, ROUTES, "user.access_changed", user.id, data)


async def publish_renamed(unit: UnitOfWork, user: User) -> None:
    data = {"user_id": user.id, "name": user.name, "locale": user.locale}
    await publish(unit, ROUTES, "user.renamed", user.id, data)


async def publish_verified(unit: UnitOfWork, user: User) -> None:
    await publish(unit, ROUTES, "user.teacher_verified", user.id, {"user_id": user.id})


async def publish_rejected(unit: UnitOfWork, user: User, reason: str) -> None:
    await publish(unit, ROUTES, "user.teacher_rejected", user.id, {"user_id": user.id, "reason": reason})


async def publish_erased(unit: UnitOfWork, user: User) -> None:
    await publish(unit, ROUTES, "user.erased", user.id, {"user_id": user.id})


async def publish_mail_requested(unit: UnitOfWork, user: User, purpose: Purpose) -> None:
    """Have a mail with a link sent; the notification service requests the token when it sends the mail."""
    data = {"user_id": user.id, "email": user.email, "name": user.name, "locale": user.locale, "purpose": purpose}
    await publish(unit, ROUTES, "user.mail_requested", user.id, data)
