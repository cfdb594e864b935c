"""Events about courses."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import connection_of
from edu_common.events import Event, Handlers
from edu_enrollment.models import CourseStatus
from edu_enrollment.outlines import repository
from edu_enrollment.outlines.schemas import Outline


async def course_changed(session: AsyncSession, event: Event) -> None:
    await repository.upsert(await connection_of(session), Outline.model_validate(event.data))


async def course_deleted(session: AsyncSession, event: Event) -> None:
    outline = Outline.model_validate(event.data)
    gone = outline.model_copy(update={"status": CourseStatus.DELETED, "lesson_ids": []})
    await repository.upsert(await connection_of(session), gone)


async def lesson_deleted(session: AsyncSession, event: Event) -> None:
    await repository.remove_lesson(session, UUID(event.data["course_id"]), UUID(event.data["lesson_id"]))


HANDLERS: Handlers = {
    "course.published": course_changed,
    "course.updated": course_changed,
    "course.archived": course_changed,
    "course.deleted": course_deleted,
    "lesson.deleted": lesson_deleted,
}
