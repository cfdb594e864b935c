"""SQL of accounts."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, bindparam, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds, in_list
from edu_common.database.pagination import Key, Listing, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import utc_now
from edu_identity.models import User

ADD = (
    insert(User)
    .values(binds(("id", "email", "email_key", "email_verified", "password_hash", "name", "role", "locale")))
    .on_conflict_do_nothing(index_elements=["email_key"])
    .returning(User.__table__)
)


async def add(unit: UnitOfWork, **values: Any) -> User | None:
    """Add an account with the columns of `ADD`; return it, or None when its e-mail address is taken."""
    return await unit.load(User, ADD, **values)


IS_TAKEN = select(exists().where(User.email_key == bindparam("email_key")))


async def is_taken(connection: Connection, email_key: str) -> bool:
    return await connection.scalar(IS_TAKEN, email_key=email_key)


BY_ID = select(User.__table__).where(User.id == bindparam("user_id"))


async def by_id(connection: Connection, user_id: UUID) -> User | None:
    return await connection.load(User, BY_ID, user_id=user_id)


BY_EMAIL = select(User.__table__).where(User.email_key == bindparam("email_key"))


async def by_email(connection: Connection, email_key: str) -> User | None:
    return await connection.load(User, BY_EMAIL, email_key=email_key)


LOCK_BY_EMAIL = BY_EMAIL.with_for_update(key_share=True)


async def lock_by_email(unit: UnitOfWork, email_key: str) -> User | None:
    """Lock and return the account with this e-mail address, as `lock` does."""
    return await unit.load(User, LOCK_BY_EMAIL, email_key=email_key)


LOCK_SHARED = BY_ID.with_for_update(read=True)


async def lock_shared(unit: UnitOfWork, user_id: UUID) -> User | None:
    """Return the account, locked against changes until the transaction ends; the lock is shared."""
    return await unit.load(User, LOCK_SHARED, user_id=user_id)


LOCK = BY_ID.with_for_update(key_share=True)


async def lock(unit: UnitOfWork, user_id: UUID) -> User | None:
    """Return the account, locked exclusively until the transaction ends."""
    return await unit.load(User, LOCK, user_id=user_id)


LOCK_ACTIVE_ADMINS = (
    select(User.id).where(User.role == "admin", User.is_active).order_by(User.id).with_for_update(key_share=True)
)


async def lock_active_admins(unit: UnitOfWork) -> set[UUID]:
    """Lock the active admins and return their ids, so that two admins cannot each assume that the other one remains."""
    return set(await unit.scalars(LOCK_ACTIVE_ADMINS))


@cache
def _change(columns: frozenset[str]) -> Executable:
    changed = update(User).where(User.id == bindparam("user_id")).values(binds(columns))
    return changed.returning(User.__table__)


async def change(unit: UnitOfWork, user_id: UUID, **changes: Any) -> User:
    """Set columns of a locked account; return it with the changes."""
    (row,) = await unit.all(_change(frozenset(changes)), user_id=user_id, **changes)
    return User(**row)


SET_PASSWORD = (
    update(User).where(User.id == bindparam("user_id")).values(binds(("password_hash", "password_changed_at")))
)


async def set_password(unit: UnitOfWork, user_id: UUID, password_hash: str) -> None:
    await unit.execute(SET_PASSWORD, user_id=user_id, password_hash=password_hash, password_changed_at=utc_now())


REPLACE_HASH = (
    update(User)
    .where(User.id == bindparam("user_id"), User.password_hash == bindparam("old"))
    .values(password_hash=bindparam("new"))
)


async def replace_hash(unit: UnitOfWork, user_id: UUID, old: str, new: str) -> None:
    """Store another hash of the same password, unless the password was changed in the meantime."""
    await unit.execute(REPLACE_HASH, user_id=user_id, old=old, new=new)


VERIFY_EMAIL = update(User).where(User.id == bindparam("user_id")).values(email_verified=True)


async def verify_email(unit: UnitOfWork, user_id: UUID) -> None:
    await unit.execute(VERIFY_EMAIL, user_id=user_id)


REMOVE = delete(User).where(User.id == bindparam("user_id"))


async def remove(unit: UnitOfWork, user_id: UUID) -> None:
    """Delete an account, its sessions and its tokens."""
    await unit.execute(REMOVE, user_id=user_id)


PUBLIC = select(User.id, User.name, User.role, User.bio).where(in_list(User.id, "ids"), User.is_active)


async def public(connection: Connection, ids: Sequence[UUID]) -> list[Row]:
    """Return the public data of the active ones of these users."""
    return await connection.all(PUBLIC, ids=ids)


EMAILS = select(User.id, User.email).where(in_list(User.id, "ids"), User.email_verified)


async def emails(connection: Connection, ids: Sequence[UUID]) -> list[Row]:
    """Return ids and e-mail addresses of those of these users who have confirmed theirs."""
    return await connection.all(EMAILS, ids=ids)


NEWEST_FIRST = by_newest(User.created_at, User.id)
OLDEST_FIRST = [Key(column=key.column, kind=key.kind) for key in NEWEST_FIRST]

PENDING_TEACHERS = Listing(
    select(User.id, User.email, User.name, User.created_at, User.application).where(
        User.role == "teacher", ~User.is_verified, User.is_active, User.rejection_reason.is_(None)
    ),
    OLDEST_FIRST,
)
"""Teachers waiting for an admin's decision: the rows of the index `ix_users_pending`."""

FILTERS = {
    "q": or_(
        User.email_key.icontains(bindparam("q"), escape="/"),
        User.name.icontains(bindparam("q"), escape="/"),
    ),
    "role": User.role == bindparam("role"),
    "is_active": User.is_active == bindparam("is_active"),
}
LIKE_ESCAPES = str.maketrans({"/": "//", "%": "/%", "_": "/_"})


def pattern(q: str) -> str:
    """Return the value of the filter `q` that finds accounts whose e-mail address or name contains this text."""
    return q.translate(LIKE_ESCAPES)


@cache
def users(filters: frozenset[str]) -> Listing:
    """Return the list of accounts that match the given ones of `FILTERS`, newest first."""
    query = select(
        User.id,
        User.email,
        User.name,
        User.role,
        User.bio,
        User.locale,
        User.is_active,
        User.is_verified,
        User.email_verified,
        User.created_at,
    )
    return Listing(query.where(*(FILTERS[name] for name in sorted(filters))), NEWEST_FIRST)
