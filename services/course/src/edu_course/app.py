"""The course service's application."""

from edu_common.web.app import create_app
from fastapi import FastAPI

import edu_course
from edu_course.runtime import CourseRuntime
from edu_course.settings import CourseSettings


def create(settings: CourseSettings) -> FastAPI:
    return create_app(CourseRuntime(settings), description=edu_course.__doc__ or "", routers=[])
