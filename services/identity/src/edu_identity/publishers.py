"""Events that the identity service tells, and who takes each."""

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.events import Routes, publish
from edu_identity.models import Purpose, User

ROUTES: Routes = {
    "user.registered": ("notification",),
    "user.access_changed": ("course", "enrollment", "payment", "notification"),
    "user.teacher_verified": ("course", "notification"),
    "user.teacher_rejected": ("notification",),
    "user.renamed": ("course", "enrollment", "notification"),
    "user.mail_requested": ("notification",),
    "user.erased": ("course", "enrollment", "payment", "notification"),
}


async def tell_registered(session: AsyncSession, user: User) -> None:
    data = {"user_id": user.id, "email": user.email, "name": user.name, "role": user.role, "locale": user.locale}
    await publish(session, ROUTES, "user.registered", user.id, data)


async def tell_renamed(session: AsyncSession, user: User) -> None:
    data = {"user_id": user.id, "name": user.name, "locale": user.locale}
    await publish(session, ROUTES, "user.renamed", user.id, data)


async def tell_verified(session: AsyncSession, user: User) -> None:
    await publish(session, ROUTES, "user.teacher_verified", user.id, {"user_id": user.id})


async def tell_rejected(session: AsyncSession, user: User, reason: str) -> None:
    await publish(session, ROUTES, "user.teacher_rejected", user.id, {"user_id": user.id, "reason": reason})


async def tell_erased(session: AsyncSession, user: User) -> None:
    await publish(session, ROUTES, "user.erased", user.id, {"user_id": user.id})


async def request_mail(session: AsyncSession, user: User, purpose: Purpose) -> None:
    """Have a mail sent with a link; whoever sends it asks for the token at that moment."""
    data = {"user_id": user.id, "email": user.email, "name": user.name, "locale": user.locale, "purpose": purpose}
    await publish(session, ROUTES, "user.mail_requested", user.id, data)
