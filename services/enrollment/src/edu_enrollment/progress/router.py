"""Endpoints for progress."""

from uuid import UUID

from fastapi import Response, status

from edu_common.service_client import ServiceUnavailable
from edu_common.web.conditional import json_response
from edu_common.web.dependencies import User
from edu_common.web.error_responses import Responses, error_responses
from edu_common.web.routing import Router
from edu_enrollment.context import App
from edu_enrollment.courses.errors import CourseNotFound, LessonNotFound
from edu_enrollment.progress import service
from edu_enrollment.progress.errors import EnrollmentRequired
from edu_enrollment.progress.schemas import CourseOfLesson, CourseProgress, EnrollmentProgress, LessonsDone, Position

router = Router(prefix="/progress", tags=["progress"])

NO_ACCESS = error_responses(EnrollmentRequired, CourseNotFound, LessonNotFound, ServiceUnavailable)
NO_COURSE = error_responses(CourseNotFound, ServiceUnavailable)
DONE_BEFORE: Responses = {200: {"model": EnrollmentProgress, "description": "It was done before"}}


@router.post("/lessons/{lesson_id}/complete", status_code=status.HTTP_201_CREATED, responses=DONE_BEFORE | NO_ACCESS)
async def complete_lesson(
    app: App, user: User, lesson_id: UUID, body: CourseOfLesson, response: Response
) -> EnrollmentProgress:
    """Mark a lesson as done. With the last one the course is completed and the certificate issued."""
    progress, newly = await service.complete(app, user, lesson_id, body.course_id)
    response.status_code = status.HTTP_201_CREATED if newly else status.HTTP_200_OK
    return progress


@router.delete(
    "/lessons/{lesson_id}/complete",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=error_responses(EnrollmentRequired, LessonNotFound),
)
async def uncomplete_lesson(app: App, user: User, lesson_id: UUID) -> None:
    """Remove a lesson's mark. A completed course stays completed."""
    await service.uncomplete(app, user, lesson_id)


@router.put("/lessons/{lesson_id}/position", status_code=status.HTTP_204_NO_CONTENT, responses=NO_ACCESS)
async def set_position(app: App, user: User, lesson_id: UUID, body: Position) -> None:
    """Keep where the caller stopped in a lesson."""
    await service.set_position(app, user, lesson_id, body)


@router.get("/courses/{course_id}", response_model=CourseProgress, responses=NO_COURSE)
async def get_course_progress(app: App, user: User, course_id: UUID) -> Response:
    """The caller's progress in a course; zeros when they don't take it."""
    return json_response(await service.of_course(app, user, course_id))


@router.get("/courses/{course_id}/lessons", responses=NO_COURSE)
async def get_lesson_progress(app: App, user: User, course_id: UUID) -> LessonsDone:
    """The caller's finished lessons and video positions in a course."""
    return await service.lessons_of_course(app, user, course_id)
