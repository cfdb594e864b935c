"""The interface between the catalogue's filters and pages and the search implementations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from edu_common.database.executor import Row
from edu_common.database.unit_of_work import Connection
from edu_course.catalogue.schemas import Sort


@dataclass(frozen=True)
class CatalogueQuery:
    """Which courses to find: by values of `conditions.FILTERS`, and by the words typed unless they are None."""

    filters: Mapping[str, Any]
    words: str | None


@dataclass(frozen=True)
class PageWindow:
    """A window of a list: `limit` courses, after the first `offset` or after a `CoursePage.next_position`."""

    limit: int
    offset: int = 0
    position: Sequence[Any] = ()


@dataclass(frozen=True)
class CoursePage:
    """The courses of a window; `next_position` is None where the list ends.

    `corrected` are the words that were searched for when those typed find nothing.
    """

    rows: list[Row]
    total: int
    next_position: Sequence[Any] | None
    corrected: str | None = None


class CatalogueSearch(Protocol):
    """Finds published courses. The setting `SEARCH` chooses the implementation."""

    async def list_courses(
        self, connection: Connection, query: CatalogueQuery, sort: Sort, window: PageWindow
    ) -> CoursePage:
        """Return a window of the list of all courses that match the query.

        Raise `Unprocessable` for a position in a list with other tiers.
        """
        ...

    async def facet_cells(
        self, connection: Connection, query: CatalogueQuery, steps: Sequence[Decimal]
    ) -> Sequence[Row]:
        """Return numbers of courses by all that facets count; `step` is how many of `steps` the rating reaches."""
        ...

    async def suggest(self, connection: Connection, words: str) -> Sequence[Row]:
        """Return the most popular courses whose titles match the words typed so far."""
        ...
