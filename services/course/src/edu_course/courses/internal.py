"""Endpoint for other services."""

from uuid import UUID

from edu_common.auth.dependencies import CallingService
from edu_common.web.routing import Router
from edu_course.context import App
from edu_course.courses import service
from edu_course.courses.schemas import CourseSnapshot

router = Router(prefix="/internal/courses", include_in_schema=False)


@router.get("/{course_id}")
async def read_snapshot(app: App, _: CallingService, course_id: UUID) -> CourseSnapshot:
    return await service.read_snapshot(app, course_id)
