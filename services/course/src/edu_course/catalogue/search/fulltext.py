"""SEARCH=fulltext: by words in any inflection; misspelt words are corrected if those typed find nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from edu_common.database.executor import Row
from edu_common.database.pagination import TOTAL_CAP
from edu_common.database.unit_of_work import Connection
from edu_course.catalogue import repository
from edu_course.catalogue.conditions import MatchStrategy, Tier, by_index
from edu_course.catalogue.repository import SUGGESTIONS, Selection
from edu_course.catalogue.schemas import Sort
from edu_course.catalogue.search.port import CatalogueQuery, CoursePage, PageWindow
from edu_course.catalogue.search.repository import correct, read_synonyms, read_terms
from edu_course.catalogue.search.tiers import TieredList, TierReader
from edu_course.catalogue.search.words import Match, Term, match_of

RANKED = 200
"""At most this many matches are ranked by weight; among more, title matches come first, most popular first."""

NOTHING = CoursePage(rows=[], total=0, next_position=None)


class FulltextSearch:
    """`CatalogueSearch` by Postgres's text search; each method tries the words as typed and then corrected."""

    def __init__(self, tiers: TierReader) -> None:
        self._tiers = tiers
        self._synonyms: Mapping[str, Sequence[str]] | None = None

    async def _terms(self, connection: Connection, words: str) -> list[Term]:
        if self._synonyms is None:
            self._synonyms = await read_synonyms(connection)
        return await read_terms(connection, words, self._synonyms)

    async def list_courses(
        self, connection: Connection, query: CatalogueQuery, sort: Sort, window: PageWindow
    ) -> CoursePage:
        if query.words is None:
            return await self._tiers.list_everything(connection, Selection(query.filters), sort, window)
        terms = await self._terms(connection, query.words)
        if page := await self._list(connection, query.filters, terms, sort, window):
            return page
        corrected = await correct(connection, terms)
        page = await self._list(connection, query.filters, corrected, sort, window)
        return replace(page, corrected=" ".join(term.word for term in corrected)) if page else NOTHING

    async def _list(
        self,
        connection: Connection,
        filters: Mapping[str, Any],
        terms: Sequence[Term],
        sort: Sort,
        window: PageWindow,
    ) -> CoursePage | None:
        """Return a window of the list of courses that also match the terms, or None when no course does."""
        match = match_of(terms)
        if match is None:
            return None
        selection = Selection(filters, match)
        strategy = await self._tiers.choose_strategy(connection, selection)
        total = await self._total(connection, selection, match, strategy)
        if not total:
            return None
        courses = TieredList(selection, strategy, _tiers(sort, total, window), sort)
        return await self._tiers.list_tiers(connection, courses, window, total)

    async def _total(self, connection: Connection, selection: Selection, match: Match, strategy: MatchStrategy) -> int:
        """Return how many courses match, capped; the words as typed, which are faster, may reach the cap alone."""
        total = await self._tiers.count(connection, selection, Tier.EXACT, strategy)
        if total > TOTAL_CAP or match.exact == match.full:
            return total
        return await self._tiers.count(connection, selection, Tier.ALL, strategy)

    async def facet_cells(
        self, connection: Connection, query: CatalogueQuery, steps: Sequence[Decimal]
    ) -> Sequence[Row]:
        if query.words is None:
            selection = Selection(query.filters)
            return await repository.facet_cells(connection, selection, Tier.EVERYTHING, by_index, steps)
        terms = await self._terms(connection, query.words)
        return await self._cells(connection, query.filters, terms, steps) or await self._cells(
            connection, query.filters, await correct(connection, terms), steps
        )

    async def _cells(
        self,
        connection: Connection,
        filters: Mapping[str, Any],
        terms: Sequence[Term],
        steps: Sequence[Decimal],
    ) -> Sequence[Row]:
        match = match_of(terms)
        if match is None:
            return []
        selection = Selection(filters, match)
        strategy = await self._tiers.choose_strategy(connection, selection)
        return await repository.facet_cells(connection, selection, Tier.ALL, strategy, steps)

    async def suggest(self, connection: Connection, words: str) -> Sequence[Row]:
        terms = await self._terms(connection, words)
        return await self._suggest(connection, terms) or await self._suggest(
            connection, await correct(connection, terms)
        )

    async def _suggest(self, connection: Connection, terms: Sequence[Term]) -> Sequence[Row]:
        match = match_of(terms)
        if match is None:
            return []
        courses = TieredList(Selection({}, match), by_index, {Tier.TITLE_OR_PREFIX: None}, Sort.POPULAR)
        found = await self._tiers.read(connection, courses, PageWindow(limit=SUGGESTIONS))
        return [row for _, row in found[:SUGGESTIONS]]


def _tiers(sort: Sort, total: int, window: PageWindow) -> dict[Tier, int | None]:
    """Return the tiers of a list, with their sizes where known; a list continues as it began."""
    if sort is not Sort.RELEVANCE:
        return {Tier.ALL: total}
    if window.position[0] == Tier.RANKED if window.position else total <= RANKED:
        return {Tier.RANKED: total}
    return {Tier.TITLE: None, Tier.TITLE_PREFIX: None, Tier.REST: None}
