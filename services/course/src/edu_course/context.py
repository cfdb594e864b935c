"""The components that requests of the course service share."""

from dataclasses import dataclass
from typing import Annotated, TypeVar, cast
from uuid import UUID

import orjson
from fastapi import Depends, Request

from edu_common.caching.memory import Cache
from edu_common.caching.second_level import CacheInvalidations, Codec, SecondLevel
from edu_common.context import ServiceContext, service_context
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.web.conditional import Representation
from edu_course.catalogue.search.fulltext import FulltextSearch
from edu_course.catalogue.search.patterns import PatternSearch
from edu_course.catalogue.search.port import CatalogueSearch
from edu_course.catalogue.search.tiers import TierReader
from edu_course.clients import EnrollmentClient, PaymentClient
from edu_course.models import Status
from edu_course.publishers import ROUTES
from edu_course.settings import Caching, CourseSettings, Search

LONGER_SECONDS = 30.0
"""Seconds for which long lists, and enrollments of students, are cached at least."""

CACHE_BYTES = 32 * 1024 * 1024
LISTS = "lists"
LISTS_BYTES = 48 * 1024 * 1024
COUNTS_SECONDS = 300.0
FACETS_BYTES = 8 * 1024 * 1024
COUNTS_BYTES = 8 * 1024 * 1024

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the service returns about a course, and what decides who may see it."""

    course_id: UUID
    teacher_id: UUID
    visibility: Status
    representation: Representation


class CourseContext(ServiceContext):
    """Caches, search and the client of the enrollment service.

    `cache` has the representations of a course, in groups by the course's id and by its slug. Representations of many
    courses share one group: `lists` caches lists; `facets` and `counts` cache numbers, which age changes little.
    """

    def __init__(self, settings: CourseSettings) -> None:
        super().__init__("edu_course", settings, ROUTES, subscriptions={})
        self._caching = settings.cache is not Caching.NONE
        self.invalidations = (
            CacheInvalidations(self.require_redis("CACHE=redis"), "course") if settings.cache is Caching.REDIS else None
        )
        self.cache = self._cache("courses", SHOWN, settings.cache_seconds, CACHE_BYTES)
        longer = max(LONGER_SECONDS, settings.cache_seconds)
        self.lists = self._cache("lists", REPRESENTATION, longer, LISTS_BYTES)
        self.facets = self._cache("facets", REPRESENTATION, COUNTS_SECONDS, FACETS_BYTES)
        self.counts = self._cache("counts", COUNT, COUNTS_SECONDS, COUNTS_BYTES)
        tiers = TierReader(self.counts, LISTS)
        by_words = settings.search is Search.FULLTEXT
        self.search: CatalogueSearch = FulltextSearch(tiers) if by_words else PatternSearch(tiers)
        self.enrollments = EnrollmentClient(
            self.service_client("enrollment"), seconds=longer, caching=self._caching, invalidations=self.invalidations
        )
        self.payments = PaymentClient(self.service_client("payment"))

    def _cache(self, name: str, codec: Codec[ValueT], seconds: float, max_bytes: int) -> Cache[ValueT]:
        second = self.invalidations and SecondLevel(self.invalidations, name, codec, seconds)
        return Cache("course", name, ttl=seconds, max_bytes=max_bytes, enabled=self._caching, second=second)

    def forget(self, unit: UnitOfWork, *groups: UUID | str, listed: bool) -> None:
        """Drop cached courses, by id or slug, once the unit of work is durable.

        If something changed that affects which courses are listed, or how, all lists and counts are dropped too. Sums
        of enrollments and reviews do not count as such: they change all the time, and lists show them as old as the
        cache allows.
        """

        def drop() -> None:
            for group in groups:
                self.cache.drop(group)
            if listed:
                for cache in (self.lists, self.facets, self.counts):
                    cache.drop(LISTS)

        unit.after_commit.append(drop)

    async def close(self) -> None:
        await self.enrollments.close()
        await self.payments.close()
        await super().close()


def _encode_shown(shown: Shown) -> bytes:
    head = [shown.course_id, shown.teacher_id, shown.visibility]
    return orjson.dumps(head, default=str) + b"\n" + shown.representation.encode()


def _decode_shown(source: bytes) -> Shown:
    head, _, representation = source.partition(b"\n")
    course_id, teacher_id, visibility = orjson.loads(head)
    return Shown(UUID(course_id), UUID(teacher_id), Status(visibility), Representation.decode(representation))


COUNT: Codec[int] = Codec(lambda count: b"%d" % count, int)
REPRESENTATION = Codec(Representation.encode, Representation.decode)
SHOWN = Codec(_encode_shown, _decode_shown)


async def course_context(request: Request) -> CourseContext:
    return cast("CourseContext", service_context(request))


App = Annotated[CourseContext, Depends(course_context)]
