"""Endpoints for a curriculum."""

from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from edu_common.service_client import ServiceUnavailable
from edu_common.web.conditional import UNCHANGED, IfMatch
from edu_common.web.dependencies import MaybeUser, Teacher
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_course.clients import EnrollmentRequired
from edu_course.context import App
from edu_course.courses.errors import NOT_YOURS, CourseNotFound, NotOwner
from edu_course.curriculum import service
from edu_course.curriculum.schemas import (
    CurriculumOrder,
    CurriculumRead,
    LessonCreate,
    LessonRead,
    LessonUpdate,
    ModuleCreate,
    ModuleRead,
    ModuleUpdate,
)
from edu_course.curriculum.service import CurriculumFull, CurriculumMismatch, LessonNotFound, ModuleNotFound

courses = Router(prefix="/courses", tags=["curriculum"])
modules = Router(prefix="/modules", tags=["curriculum"])
lessons = Router(prefix="/lessons", tags=["curriculum"])


@courses.get(
    "/{course_id}/curriculum",
    response_model=CurriculumRead,
    responses=UNCHANGED | error_responses(CourseNotFound, ServiceUnavailable),
)
async def read_curriculum(app: App, user: MaybeUser, request: Request, course_id: UUID) -> Response:
    """The course's modules and lessons in order, without the lessons' bodies; visible as the course is."""
    representation, cache_control = await service.read_curriculum(app, user, course_id)
    return representation.response(request, cache_control)


@courses.put(
    "/{course_id}/curriculum/order",
    response_model=CurriculumRead,
    responses=error_responses(*NOT_YOURS, CurriculumMismatch),
)
async def reorder_curriculum(
    app: App, user: Teacher, course_id: UUID, body: CurriculumOrder, if_match: IfMatch = None
) -> Response:
    """Bring all modules and lessons into a new order; lessons may move between modules."""
    return (await service.reorder(app, user, course_id, body, if_match)).uncached()


@courses.post(
    "/{course_id}/modules",
    status_code=201,
    response_model=ModuleRead,
    responses=error_responses(*NOT_YOURS, CurriculumFull),
)
async def create_module(app: App, user: Teacher, course_id: UUID, body: ModuleCreate) -> Response:
    """Add a module, last unless `order` says where."""
    return (await service.add_module(app, user, course_id, body)).uncached(201)


@modules.put("/{module_id}", response_model=ModuleRead, responses=error_responses(ModuleNotFound, NotOwner))
async def update_module(
    app: App, user: Teacher, module_id: UUID, body: ModuleUpdate, if_match: IfMatch = None
) -> Response:
    """Change a module's title or place."""
    return (await service.update_module(app, user, module_id, body, if_match)).uncached()


@modules.delete("/{module_id}", status_code=204, responses=error_responses(ModuleNotFound, NotOwner))
async def delete_module(app: App, user: Teacher, module_id: UUID) -> None:
    """Delete a module with its lessons."""
    await service.delete_module(app, user, module_id)


@modules.post(
    "/{module_id}/lessons",
    status_code=201,
    response_model=LessonRead,
    responses=error_responses(ModuleNotFound, NotOwner, CurriculumFull),
)
async def create_lesson(app: App, user: Teacher, module_id: UUID, body: LessonCreate) -> Response:
    """Add a lesson to a module, last unless `order` says where."""
    return (await service.add_lesson(app, user, module_id, body)).uncached(201)


@lessons.get(
    "/{lesson_id}",
    response_model=LessonRead,
    responses=UNCHANGED | error_responses(LessonNotFound, EnrollmentRequired, ServiceUnavailable),
)
async def read_lesson(app: App, user: MaybeUser, request: Request, lesson_id: UUID) -> Response:
    """A lesson with its body. Previews are for all, others for the enrolled, the course's teacher and admins."""
    representation, cache_control = await service.read_lesson(app, user, lesson_id)
    return representation.response(request, cache_control)


@lessons.put("/{lesson_id}", response_model=LessonRead, responses=error_responses(LessonNotFound, NotOwner))
async def update_lesson(
    app: App, user: Teacher, lesson_id: UUID, body: LessonUpdate, if_match: IfMatch = None
) -> Response:
    """Change the fields that are sent."""
    return (await service.update_lesson(app, user, lesson_id, body, if_match)).uncached()


@lessons.delete("/{lesson_id}", status_code=204, responses=error_responses(LessonNotFound, NotOwner))
async def delete_lesson(app: App, user: Teacher, lesson_id: UUID) -> None:
    """Delete a lesson; nobody's progress counts it any more."""
    await service.delete_lesson(app, user, lesson_id)


routers = (courses, modules, lessons)
