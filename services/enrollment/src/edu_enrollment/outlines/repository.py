"""Course outlines in the database."""

from uuid import UUID

from sqlalchemy import ColumnElement, Executable, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.statements import Compiled, Connection, binds
from edu_enrollment.models import CourseOutline, CourseStatus
from edu_enrollment.outlines.schemas import Outline
from edu_enrollment.people.repository import current_name

BY_ID = Compiled(select(CourseOutline.__table__).where(CourseOutline.course_id == bindparam("course_id")))


async def get(connection: Connection, course_id: UUID) -> Outline | None:
    row = await connection.row(BY_ID, course_id=course_id)
    return Outline.model_validate(dict(row)) if row else None


def _upsert() -> Executable:
    values = binds(Outline.model_fields)
    statement = insert(CourseOutline).values({**values, "teacher_name": current_name("teacher_id", "teacher_name")})
    told = statement.excluded
    news = and_(
        CourseOutline.status != CourseStatus.DELETED,
        or_(CourseOutline.version < told.version, told.status == CourseStatus.DELETED),
    )
    changes = {name: told[name] for name in values if name != "course_id"}
    return statement.on_conflict_do_update(index_elements=["course_id"], set_=changes, where=news)


UPSERT = Compiled(_upsert())


async def upsert(connection: Connection, outline: Outline) -> None:
    """Keep `outline` if it is newer than what is known; nothing follows a course's deletion."""
    await connection.rows(UPSERT, **outline.model_dump())


async def remove_lesson(session: AsyncSession, course_id: UUID, lesson_id: UUID) -> None:
    await session.execute(
        update(CourseOutline)
        .where(CourseOutline.course_id == course_id)
        .values(lesson_ids=func.array_remove(CourseOutline.lesson_ids, lesson_id))
    )


def has_lesson(lesson_id: UUID) -> ColumnElement[bool]:
    return CourseOutline.lesson_ids.contains([lesson_id])


async def is_lesson_of_published_course(session: AsyncSession, lesson_id: UUID) -> bool:
    """Reads all outlines, some ten milliseconds: only to word a refusal, so that no index has to be kept for it."""
    query = select(CourseOutline.course_id).where(has_lesson(lesson_id), CourseOutline.status == CourseStatus.PUBLISHED)
    return await session.scalar(query.limit(1)) is not None
