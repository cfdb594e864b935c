"""Published courses as lists, counts and suggestions."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Integer, Numeric, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from edu_common.database.pagination import TOTAL_CAP, Cursors, PageParams, Slice
from edu_common.database.statements import Compiled, Connection, Row
from edu_course.catalogue import statements
from edu_course.catalogue.schemas import Sort
from edu_course.catalogue.search.words import Match
from edu_course.catalogue.statements import EVERYTHING, Way, indexed, keys_of, published, walked
from edu_course.models import Category, Course

FREQUENT = 1500
"""More courses than this are walked in their order until a page is full; fewer are all fetched and sorted."""

STRETCH = 2000
"""So many courses of an order are walked at most; when the page is not full then, all are fetched after all."""

RANKED = 200
"""At most so many matches are ranked by weights; of more those come first whose titles match, the popular before."""

SUGGESTIONS = 8

Remember = Callable[[Hashable, Callable[[], Awaitable[int]]], Awaitable[int]]
"""Gives the number kept under a key, or else the one that the function counts."""


@dataclass(frozen=True)
class Paging:
    """Which page of which list: `scope` names the list, its filters and its sort."""

    params: PageParams
    cursors: Cursors
    scope: Mapping[str, Any]

    def position(self) -> list[Any]:
        """The band and key values that the page comes after; empty for the first."""
        return self.cursors.read(self.scope, self.params.cursor) if self.params.cursor else []

    def next_cursor(self, found: Sequence[tuple[str, Row]], sort: Sort) -> str | None:
        """The cursor after the page's last row, when more rows were found than it takes."""
        if len(found) <= self.params.limit:
            return None
        band, row = found[self.params.limit - 1]
        return self.cursors.write(self.scope, [band, *row[-len(keys_of(sort, band)) :]])


@dataclass(frozen=True)
class Asked:
    """Courses that are asked for: by the values of filters and, with `match`, by words."""

    connection: Connection
    values: Mapping[str, Any]
    match: Match | None
    remember: Remember

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.values)

    def all_values(self) -> dict[str, Any]:
        words = {"exact": self.match.exact, "full": self.match.full} if self.match else {}
        return {**self.values, **words}

    async def count(self, band: str, way: Way, cap: int, *, filtered: bool = True) -> int:
        """How many there are in a band, no further than one past the cap."""
        names = self.names if filtered else frozenset[str]()
        values = {name: value for name, value in self.all_values().items() if filtered or name not in self.values}
        key = (band, cap, tuple(sorted(values.items())))

        async def count() -> int:
            return await self.connection.value(statements.count(names, band, way), **values, cap=cap)

        return await self.remember(key, count)


async def best_way(asked: Asked) -> Way:
    """To test the courses that the filters leave, where the index of words would give many more."""
    if not asked.values or await asked.count("exact", indexed, FREQUENT, filtered=False) <= FREQUENT:
        return indexed
    return walked if await asked.count(EVERYTHING, indexed, FREQUENT) <= FREQUENT else indexed


async def _total(asked: Asked, way: Way) -> int:
    """How many courses there are, capped; whole words alone, which are found faster, may reach the cap."""
    if asked.match is None:
        return await asked.count(EVERYTHING, way, TOTAL_CAP)
    total = await asked.count("exact", way, TOTAL_CAP)
    if total > TOTAL_CAP or asked.match.exact == asked.match.full:
        return total
    return await asked.count("all", way, TOTAL_CAP)


async def list_all(asked: Asked, sort: Sort, paging: Paging) -> Slice:
    """A page of all courses that pass the filters."""
    total = await _total(asked, indexed)
    return await _page(asked, indexed, {EVERYTHING: total}, sort, paging, total)


async def list_matching(asked: Asked, sort: Sort, paging: Paging) -> Slice | None:
    """A page of the courses that match the words too; None when there are none at all."""
    way = await best_way(asked)
    total = await _total(asked, way)
    if not total:
        return None
    position = paging.position()
    return await _page(asked, way, _bands(sort, total, position[0] if position else None), sort, paging, total)


def _bands(sort: Sort, total: int, present: str | None) -> dict[str, int | None]:
    """The parts of a list with their sizes, where they are known; one that was begun goes on in the same way."""
    if sort is not Sort.RELEVANCE:
        return {"all": total}
    if present == "ranked" or (present is None and total <= RANKED):
        return {"ranked": total}
    return {"title": None, "beginning": None, "rest": None}


async def _page(
    asked: Asked, way: Way, bands: Mapping[str, int | None], sort: Sort, paging: Paging, total: int
) -> Slice:
    found = await _fill(asked, way, bands, sort, paging.position(), paging.params)
    rows = [row for _, row in found[: paging.params.limit]]
    return Slice(rows=rows, total=total, next_cursor=paging.next_cursor(found, sort))


async def _fill(
    asked: Asked,
    way: Way,
    bands: Mapping[str, int | None],
    sort: Sort,
    position: Sequence[Any],
    params: PageParams,
) -> list[tuple[str, Row]]:
    """The page's rows and one more, each with its band; a row ends with the values of the band's keys."""
    found: list[tuple[str, Row]] = []
    skip = params.offset
    names = list(bands)
    for band in names[names.index(position[0]) if position else 0 :]:
        size = bands[band]
        if skip and size is None:
            size = await asked.count(band, way, TOTAL_CAP)
        if size is not None and size <= skip:
            skip -= size
            continue
        after = position[1:] if position and band == position[0] else ()
        window = {"limit": params.limit + 1 - len(found), "offset": skip}
        found += [(band, row) for row in await _rows(asked, way, band, size, sort, after, window)]
        if len(found) > params.limit:
            break
        skip = 0
    return found


async def _rows(
    asked: Asked, way: Way, band: str, size: int | None, sort: Sort, after: Sequence[Any], window: Mapping[str, int]
) -> list[Row]:
    """Rows of a band: few are all fetched; many, or nobody knows how many, are walked first, a stretch at most."""
    values = {**asked.all_values(), **statements.bounds(keys_of(sort, band), after), **window}
    if size is None or size > FREQUENT:
        stretch = STRETCH if asked.values or asked.match else None
        walk = statements.walk(asked.names, band, sort, stretch, begun=bool(after))
        rows = await asked.connection.rows(walk, **values)
        if stretch is None or len(rows) == window["limit"]:
            return rows
    return await asked.connection.rows(statements.fetch(asked.names, band, sort, way, begun=bool(after)), **values)


async def suggest(asked: Asked) -> Sequence[Row]:
    """The most popular courses whose titles match."""
    found = await _fill(asked, indexed, {"titles": None}, Sort.POPULAR, [], PageParams(limit=SUGGESTIONS))
    return [row for _, row in found[:SUGGESTIONS]]


SUGGEST_CONTAINING = Compiled(
    published(Course.id, Course.slug, Course.title)
    .where(statements.contains(Course.title))
    .order_by(*(key.order for key in keys_of(Sort.POPULAR, EVERYTHING)))
    .limit(SUGGESTIONS)
)


async def suggest_containing(connection: Connection, pattern: str) -> Sequence[Row]:
    """The most popular courses with the pattern in their title."""
    return await connection.rows(SUGGEST_CONTAINING, pattern=pattern)


async def facet_cells(asked: Asked, steps: Sequence[Decimal]) -> Sequence[Row]:
    """Numbers of courses by all that facets go by; `step` is how many of `steps` the average rating reaches."""
    way = await best_way(asked) if asked.match else indexed
    cells = _facet_cells(asked.names, "all" if asked.match else EVERYTHING, way)
    return await asked.connection.rows(cells, **asked.all_values(), steps=list(steps))


@cache
def _facet_cells(names: frozenset[str], band: str, way: Way) -> Compiled:
    by = (Course.category, Course.level, Course.language, Course.is_free)
    courses = published(*by, Course.avg_rating, func.count().label("n")).where(*statements.conditions(names, band, way))
    counted = courses.group_by(*by, Course.avg_rating).subquery()
    step = func.width_bucket(counted.c.avg_rating, bindparam("steps", type_=ARRAY(Numeric))).label("step")
    groups = (counted.c.category, counted.c.level, counted.c.language, counted.c.is_free, step)
    return Compiled(select(*groups, cast(func.sum(counted.c.n), Integer).label("n")).group_by(*groups))


CATEGORIES = Compiled(
    select(Category.slug, Category.parent_slug, Category.name, Category.name_ru).order_by(Category.position)
)
CATEGORY_AND_CHILDREN = Compiled(
    select(Category.slug).where(or_(Category.slug == bindparam("slug"), Category.parent_slug == bindparam("slug")))
)
BY_CATEGORY = Compiled(published(Course.category, func.count()).group_by(Course.category))


async def categories(connection: Connection) -> Sequence[Row]:
    """The taxonomy, in order."""
    return await connection.rows(CATEGORIES)


async def category_and_children(connection: Connection, slug: str) -> tuple[str, ...]:
    return tuple(row[0] for row in await connection.rows(CATEGORY_AND_CHILDREN, slug=slug))


async def counts_by_category(connection: Connection) -> dict[str, int]:
    return {row[0]: row[1] for row in await connection.rows(BY_CATEGORY)}
