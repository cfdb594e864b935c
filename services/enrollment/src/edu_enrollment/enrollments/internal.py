"""Endpoints by which the other services read enrollments."""

from uuid import UUID

from edu_common.web.dependencies import called_by
from edu_common.web.routing import Router
from edu_enrollment.context import App
from edu_enrollment.enrollments import service
from edu_enrollment.enrollments.schemas import EnrollmentSummary, EnrollmentTotal

router = Router(prefix="/internal", include_in_schema=False)


@router.get("/enrollments", dependencies=[called_by("course", "payment")])
async def get_enrollment_summary(app: App, student_id: UUID, course_id: UUID) -> EnrollmentSummary:
    return await service.summary(app, student_id, course_id)


@router.get("/courses/{course_id}/enrollment-count", dependencies=[called_by("course")])
async def get_enrollment_count(app: App, course_id: UUID) -> EnrollmentTotal:
    return EnrollmentTotal(count=await service.count(app, course_id))
