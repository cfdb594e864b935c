"""SQL of sessions and refresh tokens.

Whoever locks several rows takes the user's first, then the session's, then the token's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.ids import new_id, utc_now
from edu_identity.models import RefreshToken, Session, User

LIFETIME = timedelta(days=30)
"""How long a session lasts without use."""


async def add(session: AsyncSession, user_id: UUID, token_hash: bytes, *, user_agent: str, client: str) -> UUID:
    """A new session with its first refresh token; gives its id."""
    now = utc_now()
    session_id = new_id()
    device = {"id": session_id, "user_id": user_id, "user_agent": user_agent, "client": client}
    times = {"created_at": now, "last_used_at": now, "expires_at": now + LIFETIME}
    await session.execute(insert(Session).values(**device, **times))
    await session.execute(insert(RefreshToken).values(token_hash=token_hash, session_id=session_id))
    return session_id


async def hold_owner(session: AsyncSession, token_hash: bytes) -> tuple[User, UUID] | None:
    """Whose a refresh token is, the user being held as they are, and of which session."""
    query = (
        select(User, Session.id)
        .join(Session, Session.user_id == User.id)
        .join(RefreshToken, RefreshToken.session_id == Session.id)
        .where(RefreshToken.token_hash == token_hash)
        .with_for_update(read=True, of=User)
    )
    row = (await session.execute(query)).one_or_none()
    return (row[0], row[1]) if row else None


async def touch(session: AsyncSession, session_id: UUID) -> bool:
    """Lock a session and note that it is used now; False when it has expired or ended."""
    now = utc_now()
    alive = update(Session).where(Session.id == session_id, Session.expires_at > now)
    used = alive.values(last_used_at=now, expires_at=now + LIFETIME).returning(Session.id)
    return await session.scalar(used) is not None


async def replace(session: AsyncSession, session_id: UUID, token_hash: bytes, successor_hash: bytes) -> bool:
    """Put the successor in a token's place, once: False when the token was replaced before."""
    living = update(RefreshToken).where(RefreshToken.token_hash == token_hash, RefreshToken.replaced_at.is_(None))
    replaced = await session.scalar(living.values(replaced_at=utc_now()).returning(RefreshToken.token_hash))
    if replaced is None:
        return False
    await session.execute(insert(RefreshToken).values(token_hash=successor_hash, session_id=session_id))
    return True


async def replaced_at(session: AsyncSession, token_hash: bytes) -> datetime | None:
    return await session.scalar(select(RefreshToken.replaced_at).where(RefreshToken.token_hash == token_hash))


async def end(session: AsyncSession, session_id: UUID, user_id: UUID) -> bool:
    """End a user's session; False when the user has no such one."""
    ended = delete(Session).where(Session.id == session_id, Session.user_id == user_id).returning(Session.id)
    return await session.scalar(ended) is not None


async def end_all(session: AsyncSession, user_id: UUID, *, but: UUID | None = None) -> Sequence[Any]:
    """End a user's sessions; gives the rows' `id` and `last_used_at`."""
    ended = delete(Session).where(Session.user_id == user_id)
    if but is not None:
        ended = ended.where(Session.id != but)
    return (await session.execute(ended.returning(Session.id, Session.last_used_at))).all()


def of_user(user_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(
        Session.id,
        Session.user_agent,
        Session.client,
        Session.created_at,
        Session.last_used_at,
        Session.expires_at,
    ).where(Session.user_id == user_id, Session.expires_at > utc_now())


async def purge(session: AsyncSession) -> None:
    await session.execute(delete(Session).where(Session.expires_at <= utc_now()))
