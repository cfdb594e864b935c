"""What other services ask about a course."""

from uuid import UUID

from fastapi import APIRouter

from edu_common.auth.dependencies import CallingService
from edu_course.context import App
from edu_course.courses import service
from edu_course.courses.schemas import CourseAnswer

router = APIRouter(prefix="/internal/courses", include_in_schema=False)


@router.get("/{course_id}")
async def answer_about_course(app: App, _: CallingService, course_id: UUID) -> CourseAnswer:
    return await service.answer_about(app, course_id)
