"""The parts of the running course service."""

from edu_common.runtime import Runtime

from edu_course.events import ROUTES
from edu_course.settings import CourseSettings


class CourseRuntime(Runtime):
    def __init__(self, settings: CourseSettings) -> None:
        super().__init__("edu_course", settings, ROUTES, handlers={})
