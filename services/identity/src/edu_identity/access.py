"""Revocation of access before its tokens expire, here and, by event, in every other service."""

from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.ids import utc_now
from edu_identity import publishers
from edu_identity.context import IdentityContext
from edu_identity.models import User


async def revoke(
    app: IdentityContext, unit: UnitOfWork, user: User, session_id: UUID | None = None, *, erased: bool = False
) -> None:
    """Void the access tokens issued so far to a user, or to one of their sessions.

    Code that issues tokens locks the user or the session meanwhile, and so must the caller: a token made from data that
    the caller is changing is then older than `revoked_before`. `erased` says that the user's row is about to be
    deleted, so that other services are notified of an inactive account.
    """
    now = utc_now()
    await app.revocations.record(unit, session_id or user.id, now)
    await publishers.publish_access_changed(unit, user, session_id, now, is_active=user.is_active and not erased)
