"""The parts of the running course service."""

from dataclasses import dataclass
from typing import Annotated, cast
from uuid import UUID

import orjson
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.cache import Cache
from edu_common.db import after_commit
from edu_common.redis.second_level import Codec, Drops, SecondLevel
from edu_common.runtime import Runtime, runtime_of
from edu_common.web.conditional import Representation
from edu_course.enrollments import Enrollments
from edu_course.events import ROUTES
from edu_course.models import Status
from edu_course.settings import Caching, CourseSettings

CACHE_SECONDS = 15.0
CACHE_BYTES = 64 * 1024 * 1024
LISTS = "lists"
LISTS_SECONDS = 30.0
LISTS_BYTES = 64 * 1024 * 1024
COUNTS = 100_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What the service answers about a course, and what decides who may see it."""

    course_id: UUID
    teacher_id: UUID
    status: Status
    representation: Representation


class CourseRuntime(Runtime):
    """`cache` keeps what is shown of a course, in groups by the course's id and by its slug; `lists` keeps what is
    listed of many, in one group, `counts` the totals."""

    def __init__(self, settings: CourseSettings) -> None:
        super().__init__("edu_course", settings, ROUTES, handlers={})
        caching = settings.cache is not Caching.NONE
        self.drops = Drops(self.require_redis("CACHE=redis"), "course") if settings.cache is Caching.REDIS else None
        self.cache: Cache[Shown] = Cache(
            "course",
            "courses",
            ttl=CACHE_SECONDS,
            max_bytes=CACHE_BYTES,
            size_of=_size_of,
            enabled=caching,
            second=self.drops and SecondLevel(self.drops, "courses", SHOWN, CACHE_SECONDS),
        )
        self.lists: Cache[Representation] = Cache(
            "course",
            "lists",
            ttl=LISTS_SECONDS,
            max_bytes=LISTS_BYTES,
            size_of=_length,
            enabled=caching,
            second=self.drops and SecondLevel(self.drops, "lists", REPRESENTATION, LISTS_SECONDS),
        )
        self.counts: Cache[int] = Cache(
            "course",
            "counts",
            ttl=LISTS_SECONDS,
            max_bytes=COUNTS,
            size_of=lambda _: 1,
            enabled=caching,
            second=self.drops and SecondLevel(self.drops, "counts", COUNT, LISTS_SECONDS),
        )
        self.search = settings.search
        self.enrollments = Enrollments(self.peer("enrollment"), caching=caching, drops=self.drops)

    def forget(self, session: AsyncSession, *groups: UUID | str, listed: bool) -> None:
        """Drop what is kept of courses, by id or slug, once the session's transaction is durable.

        Where something changed that makes courses be listed, or how, all lists go too. The sums of enrollments and
        reviews are not such: they change all the time, and lists may show them half a minute late.
        """

        def drop() -> None:
            for group in groups:
                self.cache.drop(group)
            if listed:
                self.lists.drop(LISTS)
                self.counts.drop(LISTS)

        after_commit(session, drop)

    async def close(self) -> None:
        await self.enrollments.close()
        await super().close()


def _encode_shown(shown: Shown) -> bytes:
    head = [shown.course_id, shown.teacher_id, shown.status]
    return orjson.dumps(head, default=str) + b"\n" + shown.representation.encode()


def _decode_shown(source: bytes) -> Shown:
    head, _, representation = source.partition(b"\n")
    course_id, teacher_id, status = orjson.loads(head)
    return Shown(UUID(course_id), UUID(teacher_id), Status(status), Representation.decode(representation))


COUNT: Codec[int] = Codec(lambda count: b"%d" % count, int)
REPRESENTATION = Codec(Representation.encode, Representation.decode)
SHOWN = Codec(_encode_shown, _decode_shown)


def _size_of(shown: Shown) -> int:
    return _length(shown.representation)


def _length(representation: Representation) -> int:
    return len(representation.body)


async def course_runtime(request: Request) -> CourseRuntime:
    return cast("CourseRuntime", runtime_of(request))


App = Annotated[CourseRuntime, Depends(course_runtime)]
