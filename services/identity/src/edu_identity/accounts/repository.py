"""SQL of accounts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.ids import utc_now
from edu_identity.models import User


async def add(session: AsyncSession, values: dict[str, Any]) -> User | None:
    """The new account, None when its e-mail is taken."""
    statement = insert(User).values(**values).on_conflict_do_nothing(index_elements=["email_key"]).returning(User)
    return await session.scalar(statement)


async def is_taken(session: AsyncSession, email_key: str) -> bool:
    return bool(await session.scalar(select(exists().where(User.email_key == email_key))))


async def by_id(session: AsyncSession, user_id: UUID) -> User | None:
    return await session.get(User, user_id)


async def by_email(session: AsyncSession, email_key: str) -> User | None:
    return await session.scalar(select(User).where(User.email_key == email_key))


async def hold(session: AsyncSession, user_id: UUID) -> User | None:
    """The account, kept as it is until the caller's transaction ends; others may hold it too."""
    return await session.scalar(select(User).where(User.id == user_id).with_for_update(read=True))


async def lock(session: AsyncSession, user_id: UUID) -> User | None:
    """The account, to be changed: nobody else holds or locks it until the caller's transaction ends."""
    return await session.scalar(select(User).where(User.id == user_id).with_for_update(key_share=True))


async def lock_active_admins(session: AsyncSession) -> set[UUID]:
    """The active admins' ids; whoever else wants them waits, so that two cannot each spare the other as the last."""
    admins = select(User.id).where(User.role == "admin", User.is_active).order_by(User.id)
    return set(await session.scalars(admins.with_for_update(key_share=True)))


async def set_password(session: AsyncSession, user_id: UUID, password_hash: str) -> None:
    changed = {"password_hash": password_hash, "password_changed_at": utc_now()}
    await session.execute(update(User).where(User.id == user_id).values(**changed))


async def renew_hash(session: AsyncSession, user_id: UUID, old: str, new: str) -> None:
    """Another hash of the same password, unless the password changed meanwhile."""
    await session.execute(update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new))


async def verify_email(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(update(User).where(User.id == user_id).values(email_verified=True))


async def public(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Any]:
    """What everybody may know of active users."""
    query = select(User.id, User.name, User.role, User.bio).where(User.id.in_(ids), User.is_active)
    return (await session.execute(query)).all()


def pending_teachers() -> Select[*tuple[Any, ...]]:
    """Teachers who wait for an admin's verdict: the rows of the index `ix_users_pending`."""
    return select(User.id, User.email, User.name, User.created_at, User.application).where(
        User.role == "teacher", ~User.is_verified, User.is_active, User.rejection_reason.is_(None)
    )


def matching(q: str, role: str | None, is_active: bool | None) -> Select[*tuple[Any, ...]]:
    """Accounts whose e-mail or name contains `q`."""
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
    if q:
        found = or_(User.email_key.icontains(q, autoescape=True), User.name.icontains(q, autoescape=True))
        query = query.where(found)
    if role is not None:
        query = query.where(User.role == role)
    if is_active is not None:
        query = query.where(User.is_active == is_active)
    return query
