"""Endpoints for reports, and for what admins do about courses and reviews."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from edu_common.database.pagination import Page
from edu_common.service_client import ServiceUnavailable
from edu_common.web.dependencies import Admin, User
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_course.context import App
from edu_course.courses.errors import CourseNotFound
from edu_course.moderation import service
from edu_course.moderation.schemas import (
    AdminCourse,
    AdminReview,
    CourseFilter,
    ReportCreate,
    ReportDecision,
    ReportFilter,
    ReportRead,
    ReportReceipt,
    ReviewFilter,
    ReviewModeration,
    TakeDown,
)
from edu_course.moderation.service import AlreadyDecided, AlreadyReported, ReportNotFound
from edu_course.reviews.service import ReviewNotFound

router = Router(tags=["moderation"])


@router.post(
    "/courses/{course_id}/report",
    status_code=201,
    responses=error_responses(CourseNotFound, AlreadyReported, ServiceUnavailable),
)
async def report_course(app: App, user: User, course_id: UUID, body: ReportCreate) -> ReportReceipt:
    """Report a course to the admins, once."""
    return await service.report_course(app, user, course_id, body)


@router.post(
    "/reviews/{review_id}/report",
    status_code=201,
    responses=error_responses(ReviewNotFound, CourseNotFound, AlreadyReported, ServiceUnavailable),
)
async def report_review(app: App, user: User, review_id: UUID, body: ReportCreate) -> ReportReceipt:
    """Report a review to the admins, once."""
    return await service.report_review(app, user, review_id, body)


@router.get("/admin/reports", response_model=Page[ReportRead])
async def list_reports(app: App, _: Admin, params: Paging, filters: Annotated[ReportFilter, Query()]) -> dict[str, Any]:
    """Reports of courses and reviews, newest first."""
    return await service.list_reports(app, filters, params)


@router.patch(
    "/admin/reports/{report_id}",
    response_model=ReportRead,
    responses=error_responses(ReportNotFound, AlreadyDecided),
)
async def decide_report(app: App, admin: Admin, report_id: UUID, body: ReportDecision) -> dict[str, Any]:
    """Decide on a report, and on all other open ones of the same course or review; its author is told why."""
    return await service.decide(app, admin, report_id, body)


@router.get("/admin/courses", response_model=Page[AdminCourse])
async def list_all_courses(
    app: App, _: Admin, params: Paging, filters: Annotated[CourseFilter, Query()]
) -> dict[str, Any]:
    """Courses of all teachers and every status, newest first."""
    return await service.list_courses(app, filters, params)


@router.post(
    "/admin/courses/{course_id}/take-down", response_model=AdminCourse, responses=error_responses(CourseNotFound)
)
async def take_down_course(app: App, admin: Admin, course_id: UUID, body: TakeDown) -> dict[str, Any]:
    """Take a course off sale at once. The enrolled keep it unless `access` is false; its teacher is told why."""
    return await service.take_down(app, admin, course_id, body)


@router.post(
    "/admin/courses/{course_id}/restore", response_model=AdminCourse, responses=error_responses(CourseNotFound)
)
async def restore_course(app: App, admin: Admin, course_id: UUID) -> dict[str, Any]:
    """Give a course that was taken down the status it had; one that is no longer complete becomes a draft."""
    return await service.restore(app, admin, course_id)


@router.get("/admin/reviews", response_model=Page[AdminReview])
async def list_all_reviews(
    app: App, _: Admin, params: Paging, filters: Annotated[ReviewFilter, Query()]
) -> dict[str, Any]:
    """Reviews of all courses, hidden ones too, newest first."""
    return await service.list_reviews(app, filters, params)


@router.patch("/admin/reviews/{review_id}", response_model=AdminReview, responses=error_responses(ReviewNotFound))
async def moderate_review(app: App, admin: Admin, review_id: UUID, body: ReviewModeration) -> object:
    """Hide a review, which then leaves list and average, or show it again; its author is told."""
    return await service.moderate_review(app, admin, review_id, body)
