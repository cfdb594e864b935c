"""The enrollment service's application."""

from edu_common.web.app import create_app
from fastapi import FastAPI

import edu_enrollment
from edu_enrollment.runtime import EnrollmentRuntime
from edu_enrollment.settings import EnrollmentSettings


def create(settings: EnrollmentSettings) -> FastAPI:
    return create_app(EnrollmentRuntime(settings), description=edu_enrollment.__doc__ or "", routers=[])
