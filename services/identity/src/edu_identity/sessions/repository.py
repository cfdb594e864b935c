"""SQL of sessions and refresh tokens.

Code that locks several rows takes the user's first, then the session's, then the token's.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.pagination import Listing, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import new_id, utc_now
from edu_identity.models import RefreshToken, Session, User

LIFETIME = timedelta(days=30)
"""How long an unused session lasts."""

ADD = insert(Session).values(
    binds(("id", "user_id", "user_agent", "client", "created_at", "last_used_at", "expires_at"))
)
ADD_TOKEN = insert(RefreshToken).values(binds(("token_hash", "session_id")))


async def add(unit: UnitOfWork, user_id: UUID, token_hash: bytes, *, user_agent: str, client: str) -> UUID:
    """Add a session with its first refresh token; return its id."""
    now = utc_now()
    session_id = new_id()
    device = {"id": session_id, "user_id": user_id, "user_agent": user_agent, "client": client}
    await unit.execute(ADD, **device, created_at=now, last_used_at=now, expires_at=now + LIFETIME)
    await add_token(unit, session_id, token_hash)
    return session_id


async def add_token(unit: UnitOfWork, session_id: UUID, token_hash: bytes) -> None:
    await unit.execute(ADD_TOKEN, token_hash=token_hash, session_id=session_id)


LOCK_OWNER_SHARED = (
    select(User.__table__, Session.id.label("session_id"))
    .join(Session, Session.user_id == User.id)
    .join(RefreshToken, RefreshToken.session_id == Session.id)
    .where(RefreshToken.token_hash == bindparam("token_hash"))
    .with_for_update(read=True, of=User)
)


async def lock_owner_shared(unit: UnitOfWork, token_hash: bytes) -> tuple[User, UUID] | None:
    """Return the user and the session of a refresh token; the user cannot change until the transaction ends."""
    row = await unit.first(LOCK_OWNER_SHARED, token_hash=token_hash)
    if row is None:
        return None
    columns = dict(row)
    session_id = columns.pop("session_id")
    return User(**columns), session_id


TOUCH = (
    update(Session)
    .where(Session.id == bindparam("session_id"), Session.expires_at > bindparam("now"))
    .values(last_used_at=bindparam("now"), expires_at=bindparam("expiry"))
)


async def touch(unit: UnitOfWork, session_id: UUID) -> bool:
    """Lock a session and record its use; return False when it has expired or ended."""
    now = utc_now()
    return await unit.execute(TOUCH, session_id=session_id, now=now, expiry=now + LIFETIME) > 0


REPLACE = (
    update(RefreshToken)
    .where(RefreshToken.token_hash == bindparam("old"), RefreshToken.replaced_at.is_(None))
    .values(replaced_at=bindparam("now"))
)


async def replace(unit: UnitOfWork, session_id: UUID, token_hash: bytes, successor_hash: bytes) -> bool:
    """Replace a token by its successor, once; return False when it was replaced before."""
    if not await unit.execute(REPLACE, old=token_hash, now=utc_now()):
        return False
    await add_token(unit, session_id, successor_hash)
    return True


FIND = select(RefreshToken.replaced_at).where(RefreshToken.token_hash == bindparam("token_hash"))


async def find(connection: Connection, token_hash: bytes) -> Row | None:
    """Return the `replaced_at` of a token; None when there is no such token."""
    return await connection.first(FIND, token_hash=token_hash)


END = delete(Session).where(Session.id == bindparam("session_id"), Session.user_id == bindparam("user_id"))


async def end(unit: UnitOfWork, session_id: UUID, user_id: UUID) -> bool:
    """End a user's session; return False when the user has no such session."""
    return await unit.execute(END, session_id=session_id, user_id=user_id) > 0


END_ALL = (
    delete(Session)
    .where(Session.user_id == bindparam("user_id"), Session.id.is_distinct_from(bindparam("but")))
    .returning(Session.id, Session.last_used_at)
)


async def end_all(unit: UnitOfWork, user_id: UUID, *, but: UUID | None = None) -> list[Row]:
    """End a user's sessions, except `but`; return the `id` and `last_used_at` of each."""
    return await unit.all(END_ALL, user_id=user_id, but=but)


OF_USER = Listing(
    select(
        Session.id,
        Session.user_agent,
        Session.client,
        Session.created_at,
        Session.last_used_at,
        Session.expires_at,
    ).where(Session.user_id == bindparam("user_id"), Session.expires_at > bindparam("now")),
    by_newest(Session.last_used_at, Session.id),
)
"""A user's sessions, most recently used first."""

PURGE = delete(Session).where(Session.expires_at <= bindparam("now"))


async def purge(unit: UnitOfWork) -> None:
    await unit.execute(PURGE, now=utc_now())
