"""The course service's application."""

from fastapi import FastAPI

import edu_course
from edu_common.web.app import create_app
from edu_course.catalogue.router import router as catalogue_router
from edu_course.consumers import subscriptions
from edu_course.context import CourseContext
from edu_course.courses.internal import router as internal_router
from edu_course.courses.router import router as courses_router
from edu_course.curriculum.router import routers as curriculum_routers
from edu_course.moderation.router import router as moderation_router
from edu_course.reviews.router import router as reviews_router
from edu_course.settings import CourseSettings


def create(settings: CourseSettings) -> FastAPI:
    runtime = CourseContext(settings)
    runtime.subscribe(subscriptions(runtime))
    return create_app(
        runtime,
        description=edu_course.__doc__ or "",
        routers=[
            catalogue_router,
            courses_router,
            *curriculum_routers,
            reviews_router,
            moderation_router,
            internal_router,
        ],
        tasks=[runtime.invalidations.run] if runtime.invalidations else [],
    )
