"""Endpoints for enrollments."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response, status

from edu_common.database.pagination import Page
from edu_common.service_client import ServiceUnavailable
from edu_common.web.dependencies import Learner, User
from edu_common.web.error_responses import Responses, error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_enrollment.context import App
from edu_enrollment.courses.errors import CourseNotFound
from edu_enrollment.enrollments import service
from edu_enrollment.enrollments.errors import AlreadyEnrolled, NotOnSale, OwnCourse, PaymentNotFound, PaymentRequired
from edu_enrollment.enrollments.schemas import EnrollmentCount, EnrollmentCreate, EnrollmentRead, MyEnrollment
from edu_enrollment.models import EnrollmentStatus

router = Router(prefix="/enrollments", tags=["enrollments"])

ENROLLED_BEFORE: Responses = {200: {"model": EnrollmentRead, "description": "Enrolled by this payment before"}}


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=ENROLLED_BEFORE
    | error_responses(
        PaymentRequired, OwnCourse, CourseNotFound, PaymentNotFound, AlreadyEnrolled, NotOnSale, ServiceUnavailable
    ),
)
async def enroll(app: App, user: Learner, body: EnrollmentCreate, response: Response) -> EnrollmentRead:
    """Enroll in a course: a free one, or one that the caller has paid for.

    After a payment this is not needed, the enrollment appears by itself. Without `payment_id`, the caller's
    completed payment for the course is found.
    """
    enrollment, made = await service.enroll(app, user, body)
    response.status_code = status.HTTP_201_CREATED if made else status.HTTP_200_OK
    return enrollment


@router.get("/me", response_model=Page[MyEnrollment])
async def list_my_enrollments(
    app: App,
    user: User,
    params: Paging,
    status: Annotated[EnrollmentStatus | None, Query()] = None,
    course_id: Annotated[UUID | None, Query(description="Only the enrollment in this course")] = None,
) -> Response:
    """The caller's enrollments with their courses, the newest first; revoked ones too unless `status` says other."""
    return (await service.list_mine(app, user, params, status, course_id)).private()


@router.get("/course/{course_id}/count", responses=error_responses(CourseNotFound, ServiceUnavailable))
async def count_enrollments(app: App, course_id: UUID) -> EnrollmentCount:
    """How many take the course; revoked enrollments don't count."""
    return await service.count_public(app, course_id)
