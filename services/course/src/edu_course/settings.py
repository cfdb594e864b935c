"""Settings of the course service."""

from typing import ClassVar

from edu_common.settings import ServiceSettings


class CourseSettings(ServiceSettings):
    service: ClassVar[str] = "course"
    default_port: ClassVar[int] = 8002
