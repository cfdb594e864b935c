"""Settings of the course service."""

from enum import StrEnum
from typing import ClassVar

from edu_common.settings import ServiceSettings


class Caching(StrEnum):
    MEMORY = "memory"
    NONE = "none"


class CourseSettings(ServiceSettings):
    service: ClassVar[str] = "course"
    default_port: ClassVar[int] = 8002

    cache: Caching = Caching.MEMORY
