"""Questions of other services about enrollments."""

from uuid import UUID

from fastapi import APIRouter

from edu_common.auth.dependencies import CallingService
from edu_enrollment.context import App
from edu_enrollment.enrollments import service
from edu_enrollment.enrollments.schemas import CountAnswer, EnrollmentAnswer

router = APIRouter(prefix="/internal", include_in_schema=False)


@router.get("/enrollments")
async def answer_enrollment(app: App, _: CallingService, student_id: UUID, course_id: UUID) -> EnrollmentAnswer:
    return await service.answer(app, student_id, course_id)


@router.get("/courses/{course_id}/enrollment-count")
async def answer_count(app: App, _: CallingService, course_id: UUID) -> CountAnswer:
    return CountAnswer(count=await service.count(app, course_id))
