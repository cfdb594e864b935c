"""Ending access before its tokens expire, here and, by event, in every other service."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.events import publish
from edu_common.ids import utc_now
from edu_identity.context import IdentityContext
from edu_identity.models import User
from edu_identity.publishers import ROUTES


async def revoke(app: IdentityContext, session: AsyncSession, user: User, session_id: UUID | None = None) -> None:
    """Void the access tokens that a user, or one of their sessions, was given until now.

    Whoever gives out tokens holds a lock on the user or the session meanwhile, and so must the caller: a token
    made from what the caller is changing is then older than `revoked_before`.
    """
    now = utc_now()
    await app.revocations.record(session, session_id or user.id, now)
    data = {
        "user_id": user.id,
        "session_id": session_id,
        "revoked_before": now,
        "is_active": user.is_active,
        "role": user.role,
    }
    await publish(session, ROUTES, "user.access_changed", user.id, data)
