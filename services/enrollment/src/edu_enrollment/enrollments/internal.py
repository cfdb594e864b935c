"""Endpoints by which the other services read enrollments."""

from uuid import UUID

from edu_common.auth.dependencies import CallingService
from edu_common.web.routing import Router
from edu_enrollment.context import App
from edu_enrollment.enrollments import service
from edu_enrollment.enrollments.schemas import EnrollmentSummary, EnrollmentTotal

router = Router(prefix="/internal", include_in_schema=False)


@router.get("/enrollments")
async def get_enrollment_summary(app: App, _: CallingService, student_id: UUID, course_id: UUID) -> EnrollmentSummary:
    return await service.summary(app, student_id, course_id)


@router.get("/courses/{course_id}/enrollment-count")
async def get_enrollment_count(app: App, _: CallingService, course_id: UUID) -> EnrollmentTotal:
    return EnrollmentTotal(count=await service.count(app, course_id))
