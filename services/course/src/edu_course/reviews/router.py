"""Endpoints for reviews."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from starlette.responses import Response

from edu_common.database.pagination import Page
from edu_common.service_client import ServiceUnavailable
from edu_common.web.conditional import UNCHANGED
from edu_common.web.dependencies import Learner, MaybeUser, User
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_course.clients import EnrollmentRequired
from edu_course.context import App
from edu_course.courses.errors import CourseNotFound
from edu_course.reviews import service
from edu_course.reviews.schemas import CourseReviews, ReviewCreate, ReviewRead, ReviewSort, ReviewUpdate
from edu_course.reviews.service import AlreadyReviewed, NotAuthor, ReviewNotFound

router = Router(prefix="/reviews", tags=["reviews"])


@router.post(
    "",
    status_code=201,
    response_model=ReviewRead,
    responses=error_responses(CourseNotFound, EnrollmentRequired, AlreadyReviewed, ServiceUnavailable),
)
async def create_review(app: App, user: Learner, body: ReviewCreate) -> Response:
    """Review a course; for those enrolled in it, once."""
    return (await service.create_review(app, user, body)).uncached(201)


@router.get("/me", response_model=Page[ReviewRead])
async def list_my_reviews(
    app: App, user: User, params: Paging, course_id: Annotated[UUID | None, Query()] = None
) -> Response:
    """The caller's own reviews, newest first."""
    return (await service.list_own(app, user, course_id, params)).uncached()


@router.get(
    "/course/{course_id}",
    response_model=CourseReviews,
    responses=UNCHANGED | error_responses(CourseNotFound, ServiceUnavailable),
)
async def list_reviews(
    app: App,
    user: MaybeUser,
    request: Request,
    course_id: UUID,
    params: Paging,
    sort: Annotated[ReviewSort, Query()] = ReviewSort.NEWEST,
) -> Response:
    """Reviews of a course and how many gave each rating; visible as the course is."""
    representation, cache_control = await service.list_reviews(app, user, course_id, sort, params)
    return representation.response(request, cache_control)


@router.put("/{review_id}", response_model=ReviewRead, responses=error_responses(ReviewNotFound, NotAuthor))
async def update_review(app: App, user: User, review_id: UUID, body: ReviewUpdate) -> Response:
    """Change a review; for its author."""
    return (await service.update_review(app, user, review_id, body)).uncached()


@router.delete("/{review_id}", status_code=204, responses=error_responses(ReviewNotFound, NotAuthor))
async def delete_review(app: App, user: User, review_id: UUID) -> None:
    """Delete a review; for its author and admins."""
    await service.delete_review(app, user, review_id)
