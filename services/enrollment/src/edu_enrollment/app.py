"""The enrollment service's application."""

from fastapi import FastAPI

import edu_enrollment
from edu_common.web.app import create_app
from edu_enrollment.certificates.router import router as certificates_router
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.enrollments.internal import router as internal_router
from edu_enrollment.enrollments.router import router as enrollments_router
from edu_enrollment.progress.router import router as progress_router
from edu_enrollment.rosters.router import router as rosters_router
from edu_enrollment.settings import EnrollmentSettings


def create(settings: EnrollmentSettings) -> FastAPI:
    routers = [enrollments_router, rosters_router, progress_router, certificates_router, internal_router]
    return create_app(EnrollmentContext(settings), description=edu_enrollment.__doc__ or "", routers=routers)
