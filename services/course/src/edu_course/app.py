"""The course service's application."""

from edu_common.web.app import create_app
from fastapi import FastAPI

import edu_course
from edu_course.courses.internal import router as internal_router
from edu_course.courses.router import router as courses_router
from edu_course.runtime import CourseRuntime
from edu_course.settings import CourseSettings


def create(settings: CourseSettings) -> FastAPI:
    return create_app(
        CourseRuntime(settings),
        description=edu_course.__doc__ or "",
        routers=[courses_router, internal_router],
    )
