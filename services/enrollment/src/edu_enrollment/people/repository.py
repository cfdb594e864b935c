"""Names of users who changed theirs."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import COLUMN_TYPES
from edu_enrollment.models import Certificate, CourseOutline, Enrollment, UserName


def current_name(user_id: str, told: str) -> ColumnElement[str]:
    """The name of a user since their last renaming, as a value to write; what was told when there was none.

    Both are names of a statement's values.
    """
    renamed = select(UserName.name).where(UserName.user_id == bindparam(user_id)).scalar_subquery()
    return func.coalesce(renamed, bindparam(told, type_=COLUMN_TYPES[str]))


async def rename(session: AsyncSession, user_id: UUID, name: str) -> None:
    """Keep a new name and correct every copy but those on certificates."""
    statement = insert(UserName).values(user_id=user_id, name=name)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_={"name": statement.excluded.name})
    )
    await session.execute(update(Enrollment).where(Enrollment.student_id == user_id).values(student_name=name))
    await session.execute(update(CourseOutline).where(CourseOutline.teacher_id == user_id).values(teacher_name=name))


async def erase(session: AsyncSession, user_id: UUID) -> None:
    """Take the user's name from every copy, their own certificates too; what they did stays without a name."""
    await rename(session, user_id, "")
    await session.execute(
        update(Certificate)
        .where(Certificate.enrollment_id == Enrollment.id, Enrollment.student_id == user_id)
        .values(student_name="")
    )
