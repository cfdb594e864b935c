"""Rows about users."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_course.models import UserName, VerifiedTeacher


async def save_name(session: AsyncSession, user_id: UUID, name: str) -> None:
    statement = insert(UserName).values(user_id=user_id, name=name)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_={"name": name}))


async def find_name(session: AsyncSession, user_id: UUID) -> str | None:
    return await session.scalar(select(UserName.name).where(UserName.user_id == user_id))


async def save_verified(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(insert(VerifiedTeacher).values(user_id=user_id).on_conflict_do_nothing())


async def is_verified(session: AsyncSession, user_id: UUID) -> bool:
    return bool(await session.scalar(select(exists().where(VerifiedTeacher.user_id == user_id))))
