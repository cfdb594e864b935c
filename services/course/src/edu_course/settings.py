"""Settings of the course service."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from edu_common.settings import ServiceSettings
from edu_topology import PORTS


class Caching(StrEnum):
    """Where responses to frequent reads are cached: in each process, or also in the Redis that processes share."""

    MEMORY = "memory"
    REDIS = "redis"
    NONE = "none"


class Search(StrEnum):
    """How the catalogue searches: by full-text search, or by patterns over unindexed text, which is for comparison."""

    FULLTEXT = "fulltext"
    ILIKE = "ilike"


class CourseSettings(ServiceSettings):
    service: ClassVar[str] = "course"
    default_port: ClassVar[int] = PORTS["course"]

    cache: Caching = Caching.MEMORY
    cache_seconds: float = Field(
        default=15,
        gt=0,
        le=300,
        description="How long what is shown of a course is kept, and so how long another process's write may go unseen",
    )
    search: Search = Search.FULLTEXT
