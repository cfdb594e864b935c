"""Lists of courses, read one relevance tier after the other, and their numbers of courses."""

from collections.abc import Mapping
from dataclasses import dataclass

from edu_common.caching.memory import Cache
from edu_common.database.executor import Row
from edu_common.database.pagination import TOTAL_CAP
from edu_common.database.unit_of_work import Connection
from edu_common.errors import Unprocessable
from edu_course.catalogue import repository
from edu_course.catalogue.conditions import MatchStrategy, Tier, by_index, by_test, keys_of
from edu_course.catalogue.repository import Selection, TierWindow
from edu_course.catalogue.schemas import Sort
from edu_course.catalogue.search.port import CoursePage, PageWindow

FREQUENT = 1500
"""Tiers with more courses are read from the sort order's index until a page is full; smaller ones are sorted whole."""

SCAN_WINDOW = 2000
"""Courses scanned in sort order at most; when the page is not full then, the whole tier is fetched."""


@dataclass(frozen=True)
class TieredList:
    """A list of courses by tiers, each with its size where known, and within a tier by `sort`."""

    selection: Selection
    strategy: MatchStrategy
    tiers: Mapping[Tier, int | None]
    sort: Sort


class TierReader:
    """Reads lists and counts courses; counts are cached for longer, since a little staleness hardly changes them."""

    def __init__(self, counts: Cache[int], group: str) -> None:
        self._counts = counts
        self._group = group

    async def count(
        self,
        connection: Connection,
        selection: Selection,
        tier: Tier,
        strategy: MatchStrategy,
        cap: int = TOTAL_CAP,
    ) -> int:
        """Return how many courses a tier has, counting no further than one past the cap."""
        key = (tier.value, cap, tuple(sorted(selection.values.items())))
        return await self._counts.get(
            self._group, key, lambda: repository.count(connection, selection, tier, strategy, cap)
        )

    async def choose_strategy(self, connection: Connection, selection: Selection) -> MatchStrategy:
        """Test each course that passes the filters where the word index would find far more."""
        if not selection.filters:
            return by_index
        matching, filtered = Selection({}, selection.match), Selection(selection.filters)
        if await self.count(connection, matching, Tier.EXACT, by_index, FREQUENT) <= FREQUENT:
            return by_index
        few = await self.count(connection, filtered, Tier.EVERYTHING, by_index, FREQUENT) <= FREQUENT
        return by_test if few else by_index

    async def list_everything(
        self, connection: Connection, selection: Selection, sort: Sort, window: PageWindow
    ) -> CoursePage:
        """Return a window of the list of all courses that pass the filters."""
        total = await self.count(connection, selection, Tier.EVERYTHING, by_index)
        courses = TieredList(selection, by_index, {Tier.EVERYTHING: total}, sort)
        return await self.list_tiers(connection, courses, window, total)

    async def list_tiers(
        self, connection: Connection, courses: TieredList, window: PageWindow, total: int
    ) -> CoursePage:
        """Return a window of a list; raise `Unprocessable` for a position in a tier that the list does not have."""
        if window.position and window.position[0] not in courses.tiers:
            raise Unprocessable.at("query", "cursor", msg="The list has changed. Start again without the cursor.")
        found = await self.read(connection, courses, window)
        rows = [row for _, row in found[: window.limit]]
        if len(found) <= window.limit:
            return CoursePage(rows, total, next_position=None)
        tier, last = found[window.limit - 1]
        return CoursePage(rows, total, next_position=[tier, *last[-len(keys_of(courses.sort, tier)) :]])

    async def read(self, connection: Connection, courses: TieredList, window: PageWindow) -> list[tuple[Tier, Row]]:
        """Return the rows of a window and one more, each with its tier and followed by the tier's keys."""
        found: list[tuple[Tier, Row]] = []
        skip = window.offset
        tiers = list(courses.tiers)
        begun, *after = window.position or [tiers[0]]
        for tier in tiers[tiers.index(begun) :]:
            size = courses.tiers[tier]
            if skip and size is None:
                size = await self.count(connection, courses.selection, tier, courses.strategy)
            if size is not None and size <= skip:
                skip -= size
                continue
            part = TierWindow(window.limit + 1 - len(found), skip, after if tier == begun else ())
            found += [(tier, row) for row in await _read_tier(connection, courses, tier, size, part)]
            if len(found) > window.limit:
                break
            skip = 0
        return found


async def _read_tier(
    connection: Connection, courses: TieredList, tier: Tier, size: int | None, window: TierWindow
) -> list[Row]:
    """Return rows of a tier: a small tier is fetched whole; of a large or unknown one, the index is scanned first."""
    selection, sort = courses.selection, courses.sort
    if size is None or size > FREQUENT:
        scan_window = SCAN_WINDOW if selection.values else None
        rows = await repository.index_scan(connection, selection, tier, sort, window, scan_window)
        if scan_window is None or len(rows) == window.limit:
            return rows
    return await repository.fetch(connection, selection, tier, sort, window, courses.strategy)
