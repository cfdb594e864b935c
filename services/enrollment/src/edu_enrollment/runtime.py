"""The parts of the running enrollment service."""

from edu_common.runtime import Runtime

from edu_enrollment.events import ROUTES
from edu_enrollment.settings import EnrollmentSettings


class EnrollmentRuntime(Runtime):
    def __init__(self, settings: EnrollmentSettings) -> None:
        super().__init__("edu_enrollment", settings, ROUTES, handlers={})
