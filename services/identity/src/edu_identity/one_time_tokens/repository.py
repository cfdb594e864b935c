"""SQL of tokens sent by mail, and of the requests for such mails.

Code that consumes a token locks its owner's account first, as does everything that changes or erases the account.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select

from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import new_id, utc_now
from edu_identity.models import MailRequest, OneTimeToken, Purpose

ADD = insert(OneTimeToken).values(binds(("token_hash", "user_id", "purpose", "expires_at")))


async def add(unit: UnitOfWork, token_hash: bytes, user_id: UUID, purpose: Purpose, expires_at: datetime) -> None:
    await unit.execute(ADD, token_hash=token_hash, user_id=user_id, purpose=purpose, expires_at=expires_at)


HAS_PURPOSE = OneTimeToken.purpose == bindparam("purpose")
NOT_EXPIRED = OneTimeToken.expires_at > bindparam("now")
VALID = (OneTimeToken.token_hash == bindparam("token_hash"), HAS_PURPOSE, NOT_EXPIRED)
OWNER = select(OneTimeToken.user_id).where(*VALID)


async def owner(connection: Connection, token_hash: bytes, purpose: Purpose) -> UUID | None:
    """Return the owner of a token, or None when it is invalid."""
    return await connection.scalar(OWNER, token_hash=token_hash, purpose=purpose, now=utc_now())


TAKE = delete(OneTimeToken).where(*VALID)


async def take(unit: UnitOfWork, token_hash: bytes, purpose: Purpose) -> bool:
    """Consume a token of a locked account, once; return False when it is no longer valid."""
    return await unit.execute(TAKE, token_hash=token_hash, purpose=purpose, now=utc_now()) > 0


ADD_REQUEST = insert(MailRequest).values(binds(("id", "user_id", "purpose", "expires_at")))


async def add_request(unit: UnitOfWork, user_id: UUID, purpose: Purpose, expires_at: datetime) -> None:
    await unit.execute(ADD_REQUEST, id=new_id(), user_id=user_id, purpose=purpose, expires_at=expires_at)


COUNT_REQUESTS = select(func.count()).where(
    MailRequest.user_id == bindparam("user_id"),
    MailRequest.purpose == bindparam("purpose"),
    MailRequest.expires_at > bindparam("now"),
)


async def count_requests(connection: Connection, user_id: UUID, purpose: Purpose) -> int:
    """Return how many mails with unexpired tokens were requested for a user and purpose."""
    return await connection.scalar(COUNT_REQUESTS, user_id=user_id, purpose=purpose, now=utc_now())


DROP = tuple(
    delete(table).where(table.user_id == bindparam("user_id"), table.purpose == bindparam("purpose"))
    for table in (OneTimeToken, MailRequest)
)


async def drop(unit: UnitOfWork, user_id: UUID, purpose: Purpose) -> None:
    """Delete a user's tokens for a purpose, and the requests for mails with them."""
    for statement in DROP:
        await unit.execute(statement, user_id=user_id, purpose=purpose)


PURGE = tuple(delete(table).where(table.expires_at <= bindparam("now")) for table in (OneTimeToken, MailRequest))


async def purge(unit: UnitOfWork) -> None:
    for statement in PURGE:
        await unit.execute(statement, now=utc_now())
