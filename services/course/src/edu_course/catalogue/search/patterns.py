"""SEARCH=ilike: by the words as one pattern over unindexed text, as in the first release, for comparison."""

from collections.abc import Sequence
from decimal import Decimal

from edu_common.database.executor import Row
from edu_common.database.unit_of_work import Connection
from edu_course.catalogue import repository
from edu_course.catalogue.conditions import Tier, by_index, pattern_of
from edu_course.catalogue.repository import Selection
from edu_course.catalogue.schemas import Sort
from edu_course.catalogue.search.port import CatalogueQuery, CoursePage, PageWindow
from edu_course.catalogue.search.tiers import TierReader


class PatternSearch:
    """`CatalogueSearch` by ILIKE."""

    def __init__(self, tiers: TierReader) -> None:
        self._tiers = tiers

    async def list_courses(
        self, connection: Connection, query: CatalogueQuery, sort: Sort, window: PageWindow
    ) -> CoursePage:
        return await self._tiers.list_everything(connection, _selection(query), sort, window)

    async def facet_cells(
        self, connection: Connection, query: CatalogueQuery, steps: Sequence[Decimal]
    ) -> Sequence[Row]:
        return await repository.facet_cells(connection, _selection(query), Tier.EVERYTHING, by_index, steps)

    async def suggest(self, connection: Connection, words: str) -> Sequence[Row]:
        return await repository.suggest_containing(connection, pattern_of(words))


def _selection(query: CatalogueQuery) -> Selection:
    """Return the selection of courses; the pattern of the words is one more filter."""
    pattern = {} if query.words is None else {"pattern": pattern_of(query.words)}
    return Selection({**query.filters, **pattern})
