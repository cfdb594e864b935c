"""Endpoints for courses."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field, StringConstraints
from starlette.responses import Response

from edu_common.service_client import ServiceUnavailable
from edu_common.web.conditional import UNCHANGED, IfMatch
from edu_common.web.dependencies import MaybeUser, Teacher, TeacherOrAdmin
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_course.context import App
from edu_course.courses import service
from edu_course.courses.errors import NOT_YOURS, CourseNotFound, HasEnrollments, HasPayments, Incomplete, TakenDown
from edu_course.courses.schemas import CourseCreate, CourseRead, CourseUpdate, MyCourses
from edu_course.courses.slugs import PATTERN
from edu_course.models import Status
from edu_course.people import TeacherNotVerified

router = Router(prefix="/courses", tags=["courses"])

Slug = Annotated[str, StringConstraints(pattern=PATTERN, max_length=200)]
CourseRef = Annotated[UUID | Slug, Field(union_mode="left_to_right")]


@router.post("", status_code=201, response_model=CourseRead, responses=error_responses(TeacherNotVerified))
async def create_course(app: App, user: Teacher, body: CourseCreate) -> Response:
    """Create a draft; for verified teachers."""
    return (await service.create_course(app, user, body)).uncached(201)


@router.get("/my", response_model=MyCourses)
async def list_my_courses(
    app: App,
    user: Teacher,
    params: Paging,
    status: Annotated[Status | None, Query()] = None,
) -> Response:
    """The teacher's own courses of every status, newest first."""
    return (await service.list_own(app, user, status, params)).uncached()


@router.get(
    "/{course_id}", response_model=CourseRead, responses=UNCHANGED | error_responses(CourseNotFound, ServiceUnavailable)
)
async def read_course(app: App, user: MaybeUser, request: Request, course_id: CourseRef) -> Response:
    """A course by id or slug. Drafts are for teacher and admins, archived and unpublished ones for the enrolled too."""
    representation, cache_control = await service.read_course(app, user, course_id)
    return representation.response(request, cache_control)


@router.put(
    "/{course_id}", response_model=CourseRead, responses=error_responses(*NOT_YOURS, TeacherNotVerified, Incomplete)
)
async def update_course(
    app: App, user: Teacher, course_id: UUID, body: CourseUpdate, if_match: IfMatch = None
) -> Response:
    """Change the fields that are sent; for the course's teacher."""
    return (await service.update_course(app, user, course_id, body, if_match)).uncached()


@router.delete(
    "/{course_id}",
    status_code=204,
    responses=error_responses(*NOT_YOURS, TeacherNotVerified, HasEnrollments, HasPayments, ServiceUnavailable),
)
async def delete_course(app: App, user: Teacher, course_id: UUID) -> None:
    """Delete a course with all its lessons and reviews, while nobody is enrolled in it or pays for it."""
    await service.delete_course(app, user, course_id)


@router.post(
    "/{course_id}/publish",
    response_model=CourseRead,
    responses=error_responses(*NOT_YOURS, TeacherNotVerified, Incomplete, TakenDown),
)
async def publish_course(app: App, user: Teacher, course_id: UUID) -> Response:
    """Offer the course to all. It needs a title, a description, a category and lessons, each with text or a video."""
    return (await service.publish(app, user, course_id)).uncached()


@router.post(
    "/{course_id}/unpublish",
    response_model=CourseRead,
    responses=error_responses(*NOT_YOURS, TeacherNotVerified, TakenDown),
)
async def unpublish_course(app: App, user: TeacherOrAdmin, course_id: UUID) -> Response:
    """Make the course a draft again, seen by its teacher, admins and those enrolled; admins may with any course."""
    return (await service.take_off_sale(app, user, course_id, Status.DRAFT)).uncached()


@router.post(
    "/{course_id}/archive", response_model=CourseRead, responses=error_responses(*NOT_YOURS, TeacherNotVerified)
)
async def archive_course(app: App, user: TeacherOrAdmin, course_id: UUID) -> Response:
    """Take the course off sale; the enrolled keep it. Admins may do this with any course."""
    return (await service.take_off_sale(app, user, course_id, Status.ARCHIVED)).uncached()
