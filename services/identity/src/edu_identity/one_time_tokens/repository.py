"""SQL of tokens sent by mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select

from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import utc_now
from edu_identity.models import OneTimeToken, Purpose

ADD = insert(OneTimeToken).values(binds(("token_hash", "user_id", "purpose", "expires_at")))


async def add(unit: UnitOfWork, token_hash: bytes, user_id: UUID, purpose: Purpose, expires_at: datetime) -> None:
    await unit.execute(ADD, token_hash=token_hash, user_id=user_id, purpose=purpose, expires_at=expires_at)


HAS_PURPOSE = OneTimeToken.purpose == bindparam("purpose")
NOT_EXPIRED = OneTimeToken.expires_at > bindparam("now")
VALID = (OneTimeToken.token_hash == bindparam("token_hash"), HAS_PURPOSE, NOT_EXPIRED)
IS_VALID = select(OneTimeToken.user_id).where(*VALID)


async def is_valid(connection: Connection, token_hash: bytes, purpose: Purpose) -> bool:
    owner = await connection.scalar(IS_VALID, token_hash=token_hash, purpose=purpose, now=utc_now())
    return owner is not None


TAKE = delete(OneTimeToken).where(*VALID).returning(OneTimeToken.user_id)


async def take(unit: UnitOfWork, token_hash: bytes, purpose: Purpose) -> UUID | None:
    """Use a token up, once; return its owner, None when it is not valid."""
    return await unit.scalar(TAKE, token_hash=token_hash, purpose=purpose, now=utc_now())


OF_USER = (OneTimeToken.user_id == bindparam("user_id"), HAS_PURPOSE)
COUNT = select(func.count()).where(*OF_USER, NOT_EXPIRED)


async def count(connection: Connection, user_id: UUID, purpose: Purpose) -> int:
    """Return how many valid tokens a user has for a purpose."""
    return await connection.scalar(COUNT, user_id=user_id, purpose=purpose, now=utc_now())


DROP = delete(OneTimeToken).where(*OF_USER)


async def drop(unit: UnitOfWork, user_id: UUID, purpose: Purpose) -> None:
    await unit.execute(DROP, user_id=user_id, purpose=purpose)


PURGE = delete(OneTimeToken).where(OneTimeToken.expires_at <= bindparam("now"))


async def purge(unit: UnitOfWork) -> None:
    await unit.execute(PURGE, now=utc_now())
