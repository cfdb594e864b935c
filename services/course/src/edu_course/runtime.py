"""The parts of the running course service."""

from dataclasses import dataclass
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.cache import Cache
from edu_common.db import after_commit
from edu_common.runtime import Runtime, runtime_of
from edu_common.web.conditional import Representation
from edu_course.enrollments import Enrollments
from edu_course.events import ROUTES
from edu_course.models import Status
from edu_course.settings import Caching, CourseSettings

CACHE_SECONDS = 5.0
CACHE_BYTES = 16 * 1024 * 1024
LISTS = "lists"
LISTS_SECONDS = 10.0
LISTS_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shown:
    """What the service answers about a course, and what decides who may see it."""

    course_id: UUID
    teacher_id: UUID
    status: Status
    representation: Representation


class CourseRuntime(Runtime):
    """`cache` keeps what is shown of a course, in groups by the course's id and by its slug; `lists` keeps what is
    listed and counted of many, in one group."""

    def __init__(self, settings: CourseSettings) -> None:
        super().__init__("edu_course", settings, ROUTES, handlers={})
        caching = settings.cache is Caching.MEMORY
        self.cache: Cache[Shown] = Cache(
            "course", "courses", ttl=CACHE_SECONDS, max_bytes=CACHE_BYTES, size_of=_size_of, enabled=caching
        )
        self.lists: Cache[Representation] = Cache(
            "course", "lists", ttl=LISTS_SECONDS, max_bytes=LISTS_BYTES, size_of=_length, enabled=caching
        )
        self.search = settings.search
        self.enrollments = Enrollments(self.peer("enrollment"), caching=caching)

    def forget(self, session: AsyncSession, *groups: UUID | str) -> None:
        """Drop what is kept of courses, by id or slug, and all lists, once the session's transaction is durable."""

        def drop() -> None:
            for group in groups:
                self.cache.drop(group)
            self.lists.drop(LISTS)

        after_commit(session, drop)

    async def close(self) -> None:
        await self.enrollments.close()
        await super().close()


def _size_of(shown: Shown) -> int:
    return _length(shown.representation)


def _length(representation: Representation) -> int:
    return len(representation.body)


async def course_runtime(request: Request) -> CourseRuntime:
    return cast("CourseRuntime", runtime_of(request))


App = Annotated[CourseRuntime, Depends(course_runtime)]
