"""What others are told of a course."""

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import connection_of
from edu_common.events import publish
from edu_course.courses import repository
from edu_course.models import Course
from edu_course.publishers import ROUTES


async def tell(session: AsyncSession, event_type: str, course: Course) -> None:
    """Publish the whole state of a course, so that the newest version says all."""
    data = {
        "course_id": course.id,
        "version": course.version,
        "teacher_id": course.teacher_id,
        "teacher_name": course.teacher_name,
        "title": course.title,
        "slug": course.slug,
        "status": course.status,
        "is_free": course.is_free,
        "lesson_ids": await repository.lesson_ids(await connection_of(session), course.id),
    }
    await publish(session, ROUTES, event_type, course.id, data)
