"""Endpoint for other services."""

from uuid import UUID

from edu_common.web.dependencies import called_by
from edu_common.web.routing import Router
from edu_course.context import App
from edu_course.courses import service
from edu_course.courses.schemas import CourseSnapshot

router = Router(prefix="/internal/courses", include_in_schema=False)


@router.get("/{course_id}", dependencies=[called_by("enrollment", "payment")])
async def read_snapshot(app: App, course_id: UUID) -> CourseSnapshot:
    return await service.read_snapshot(app, course_id)
