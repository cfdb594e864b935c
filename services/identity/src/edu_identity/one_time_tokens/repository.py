"""SQL of tokens sent by mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.ids import utc_now
from edu_identity.models import OneTimeToken, Purpose


async def add(session: AsyncSession, token_hash: bytes, user_id: UUID, purpose: Purpose, expires_at: datetime) -> None:
    await session.execute(
        insert(OneTimeToken).values(token_hash=token_hash, user_id=user_id, purpose=purpose, expires_at=expires_at)
    )


async def is_good(session: AsyncSession, token_hash: bytes, purpose: Purpose) -> bool:
    good = select(OneTimeToken.user_id).where(*_good(token_hash, purpose))
    return await session.scalar(good) is not None


async def take(session: AsyncSession, token_hash: bytes, purpose: Purpose) -> UUID | None:
    """Use a token up, once: whose it was, None when it is not good."""
    taken = delete(OneTimeToken).where(*_good(token_hash, purpose)).returning(OneTimeToken.user_id)
    return await session.scalar(taken)


async def count(session: AsyncSession, user_id: UUID, purpose: Purpose) -> int:
    """How many good tokens a user has for a purpose."""
    of_user = (OneTimeToken.user_id == user_id, OneTimeToken.purpose == purpose, OneTimeToken.expires_at > utc_now())
    return await session.scalar(select(func.count()).where(*of_user)) or 0


async def drop(session: AsyncSession, user_id: UUID, purpose: Purpose) -> None:
    await session.execute(delete(OneTimeToken).where(OneTimeToken.user_id == user_id, OneTimeToken.purpose == purpose))


async def purge(session: AsyncSession) -> None:
    await session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at <= utc_now()))


def _good(token_hash: bytes, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeToken.token_hash == token_hash,
        OneTimeToken.purpose == purpose,
        OneTimeToken.expires_at > utc_now(),
    )
