"""Settings of the course service."""

from enum import StrEnum
from typing import ClassVar

from edu_common.settings import ServiceSettings


class Caching(StrEnum):
    """Where answers to hot reads are kept: in each process, or besides in the Redis that processes share."""

    MEMORY = "memory"
    REDIS = "redis"
    NONE = "none"


class Search(StrEnum):
    """How the catalogue finds words: by text search, or by patterns over unindexed text, which is for comparison."""

    FULLTEXT = "fulltext"
    ILIKE = "ilike"


class CourseSettings(ServiceSettings):
    service: ClassVar[str] = "course"
    default_port: ClassVar[int] = 8002

    cache: Caching = Caching.MEMORY
    search: Search = Search.FULLTEXT
