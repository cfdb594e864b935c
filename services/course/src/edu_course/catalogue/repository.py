"""Published courses as lists, counts and suggestions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    any_,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text, Uuid

from edu_common.pagination import TOTAL_CAP, Cursors, Key, PageParams, Slice, after, capped_count, paginate
from edu_course.catalogue.schemas import Filters, Price, Sort
from edu_course.catalogue.search.words import Match
from edu_course.courses.representation import COLUMNS
from edu_course.models import PUBLISHED, Category, Course

FREQUENT = 5000
"""Of more matches than this the order's index is walked until a page is full; fewer are fetched and sorted."""

RANKED = 400
"""At most so many matches are ranked by weights; of more those come first whose titles match, the popular before."""

SUGGESTIONS = 8
WEIGHTS: ColumnElement[Any] = literal_column("'{0.1, 0.2, 0.4, 1.0}'::real[]")
"""What a word counts in the description, nowhere, in subtitle and tags, in the title."""
RANK_STEPS = 1_000_000
"""Ranks become whole numbers, which cursors carry without loss."""

PRICE: ColumnElement[Any] = func.coalesce(Course.price, literal_column("0"), type_=Numeric(10, 2))
POPULAR = [
    Key(column=Course.enrollment_count, kind=int, descending=True),
    Key(column=Course.id, kind=UUID, descending=True),
]
NEWEST = [
    Key(column=Course.published_at, kind=datetime, descending=True),
    Key(column=Course.id, kind=UUID, descending=True),
]
KEYS: Mapping[Sort, Sequence[Key]] = {
    Sort.RELEVANCE: POPULAR,
    Sort.POPULAR: POPULAR,
    Sort.NEWEST: NEWEST,
    Sort.RATING: [
        Key(column=Course.avg_rating, kind=Decimal, descending=True),
        Key(column=Course.review_count, kind=int, descending=True),
        Key(column=Course.id, kind=UUID, descending=True),
    ],
    Sort.PRICE_ASC: [Key(column=PRICE, kind=Decimal), Key(column=Course.id, kind=UUID)],
    Sort.PRICE_DESC: [
        Key(column=PRICE, kind=Decimal, descending=True),
        Key(column=Course.id, kind=UUID, descending=True),
    ],
}


Way = Callable[[Any, str], ColumnElement[bool]]
"""How the courses are found whose column matches a text search query: `indexed` or `walked`.

The planner does not know how many there are; the number decides.
"""


@dataclass(frozen=True)
class Band:
    """A part of a list, all of which comes before the next part.

    `conditions` says what its courses are like, given the way in which words are looked for; `size` is their
    number, capped, where it is known.
    """

    name: str
    keys: Sequence[Key]
    conditions: Callable[[Way], Sequence[ColumnElement[bool]]]
    size: int | None = None


@dataclass(frozen=True)
class Paging:
    """Which page of which list: `scope` names the list, its filters and its sort."""

    params: PageParams
    cursors: Cursors
    scope: Mapping[str, Any]

    def position(self) -> list[Any]:
        """The band and key values that the page comes after; empty for the first."""
        return self.cursors.read(self.scope, self.params.cursor) if self.params.cursor else []

    def next_cursor(self, found: Sequence[tuple[Band, Any]]) -> str | None:
        """The cursor after the page's last row, when more rows were found than it takes."""
        if len(found) <= self.params.limit:
            return None
        band, row = found[self.params.limit - 1]
        return self.cursors.write(self.scope, [band.name, *row[-len(band.keys) :]])


def published(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(PUBLISHED)


def conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """The filters that are no facets, but for `q`."""
    if filters.tag is not None:
        yield func.folded_tags(Course.tags).bool_op("@>")(func.folded_tags(literal([filters.tag], ARRAY(Text))))
    if filters.teacher_id is not None:
        yield Course.teacher_id == filters.teacher_id
    if filters.ids is not None:
        yield Course.id == any_(literal(list(filters.ids), ARRAY(Uuid)))


def facet_conditions(filters: Filters, categories: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """The filters that are facets; `categories` are the slugs that the one asked for stands for."""
    if filters.category is not None:
        yield Course.category == any_(literal(list(categories), ARRAY(Text)))
    if filters.level is not None:
        yield Course.level == filters.level
    if filters.language is not None:
        yield Course.language == filters.language
    if filters.price is not None:
        yield Course.is_free.is_(filters.price is Price.FREE)
    if filters.min_rating is not None:
        yield Course.avg_rating >= filters.min_rating


def contains(question: str) -> ColumnElement[bool]:
    """The question as it is typed, somewhere in a text of the course: no index serves this."""
    texts = (Course.title, Course.subtitle, Course.description, func.array_to_string(Course.tags, " "))
    return or_(*(column.icontains(question, autoescape=True) for column in texts))


def indexed(column: Any, query: str) -> ColumnElement[bool]:
    """Found by the column's GIN index: a query that the planner cannot look into counts as selective for it."""
    return column.bool_op("@@")(select(cast(query, TSQUERY)).scalar_subquery())


def walked(column: Any, query: str) -> ColumnElement[bool]:
    """The same as a function, which no index serves."""
    return func.ts_match_vq(column, cast(query, TSQUERY))


async def best_way(session: AsyncSession, where: Sequence[ColumnElement[bool]], match: Match) -> Way:
    """To test the courses that the conditions leave, where the index of words would give many more."""
    by_words = published(Course.id).where(indexed(Course.search, match.exact))
    if not where or await _size(session, by_words, FREQUENT) <= FREQUENT:
        return indexed
    return walked if await _size(session, published(Course.id).where(*where), FREQUENT) <= FREQUENT else indexed


async def _total(session: AsyncSession, query: Select[*tuple[Any, ...]], way: Way, match: Match) -> int:
    """How many courses match, capped; whole words alone, which are found faster, may reach the cap."""
    total = await capped_count(session, query.where(way(Course.search, match.exact)))
    if total > TOTAL_CAP or match.exact == match.full:
        return total
    return await capped_count(session, query.where(way(Course.search, match.full)))


async def list_all(session: AsyncSession, where: Sequence[ColumnElement[bool]], sort: Sort, paging: Paging) -> Slice:
    """A page of all courses that fulfil the conditions."""
    query = published(*COLUMNS).where(*where)
    return await paginate(
        session, query, keys=KEYS[sort], params=paging.params, cursors=paging.cursors, scope=paging.scope
    )


async def list_matching(
    session: AsyncSession,
    where: Sequence[ColumnElement[bool]],
    sort: Sort,
    paging: Paging,
    position: Sequence[Any],
    match: Match,
) -> Slice | None:
    """A page of the courses that match the words too; None when there are none at all."""
    query = published(*COLUMNS).where(*where)
    way = await best_way(session, where, match)
    total = await _total(session, query, way, match)
    if not total:
        return None
    bands = _bands(match, sort, total, position[0] if position else None)
    found = await _fill(session, query, way, bands, position, paging.params)
    rows = [row for _, row in found[: paging.params.limit]]
    return Slice(rows=rows, total=total, next_cursor=paging.next_cursor(found))


def _bands(match: Match, sort: Sort, total: int, present: str | None) -> list[Band]:
    """The parts of a list; one that was begun (`present` is its part) goes on in the same way."""
    if sort is not Sort.RELEVANCE:
        return [Band("all", KEYS[sort], lambda way: [way(Course.search, match.full)], total)]
    if present == "ranked" or (present is None and total <= RANKED):
        return [Band("ranked", [_rank(match), *POPULAR], lambda way: [way(Course.search, match.full)], total)]
    return _bands_by_title(match)


def _bands_by_title(match: Match) -> list[Band]:
    title, search = Course.title_words, Course.search
    not_exact, not_in_title = ~walked(title, match.exact), ~walked(title, match.full)
    return [
        Band("title", POPULAR, lambda way: [way(title, match.exact)]),
        Band("beginning", POPULAR, lambda way: [way(title, match.full), not_exact]),
        Band("rest", POPULAR, lambda way: [not_in_title, way(search, match.full)]),
    ]


def _rank(match: Match) -> Key:
    """How well a course matches; words as they are count twice, since the full query has them too."""
    ranks = [func.ts_rank(WEIGHTS, Course.search, cast(query, TSQUERY)) for query in (match.exact, match.full)]
    return Key(column=cast((ranks[0] + ranks[1]) * RANK_STEPS, Integer), kind=int, descending=True)


async def _fill(
    session: AsyncSession,
    query: Select[*tuple[Any, ...]],
    way: Way,
    bands: Sequence[Band],
    position: Sequence[Any],
    params: PageParams,
) -> list[tuple[Band, Any]]:
    """The page's rows and one more, each with its band; a row ends with the values of the band's keys."""
    found: list[tuple[Band, Any]] = []
    skip = params.offset
    begun = [band.name for band in bands].index(position[0]) if position else 0
    for band in bands[begun:]:
        size = band.size
        if size is None:
            size = await _size(session, query.where(*band.conditions(way)), max(FREQUENT, skip))
        if size <= skip:
            skip -= size
            continue
        few = size <= FREQUENT
        rest = query.where(*band.conditions(way if few else walked))
        if position and band is bands[begun]:
            rest = rest.where(after(band.keys, position[1:]))
        window = (_sorted if few else _ordered)(rest, band.keys).offset(skip).limit(params.limit + 1 - len(found))
        found += [(band, row) for row in await session.execute(window)]
        if len(found) > params.limit:
            break
        skip = 0
    return found


async def _size(session: AsyncSession, query: Select[*tuple[Any, ...]], cap: int) -> int:
    """The number of rows, counted no further than one past the cap."""
    probe = query.with_only_columns(literal(1)).limit(cap + 1)
    return await session.scalar(select(func.count()).select_from(probe.subquery())) or 0


def _ordered(query: Select[*tuple[Any, ...]], keys: Sequence[Key]) -> Select[*tuple[Any, ...]]:
    """The rows in order, each followed by the values of the keys."""
    return _with_keys(query, keys).order_by(*(key.order for key in keys))


def _sorted(query: Select[*tuple[Any, ...]], keys: Sequence[Key]) -> Select[*tuple[Any, ...]]:
    """The same, all fetched and then sorted: OFFSET keeps the planner from walking the order's index instead."""
    rows = _with_keys(query, keys).offset(literal_column("0")).subquery()
    order = [key.model_copy(update={"column": rows.c[f"key_{i}"]}).order for i, key in enumerate(keys)]
    return select(rows).order_by(*order)


def _with_keys(query: Select[*tuple[Any, ...]], keys: Sequence[Key]) -> Select[*tuple[Any, ...]]:
    return query.add_columns(*(key.column.label(f"key_{i}") for i, key in enumerate(keys)))


async def suggest(session: AsyncSession, match: Match) -> Sequence[Any]:
    """The most popular courses whose titles match."""
    band = Band("title", POPULAR, lambda way: [way(Course.title_words, match.full)])
    query = published(Course.id, Course.slug, Course.title)
    found = await _fill(session, query, indexed, [band], [], PageParams(limit=SUGGESTIONS))
    return [row for _, row in found[:SUGGESTIONS]]


async def suggest_containing(session: AsyncSession, question: str) -> Sequence[Any]:
    """The most popular courses with the question in their title as it is typed."""
    query = published(Course.id, Course.slug, Course.title).where(Course.title.icontains(question, autoescape=True))
    return (await session.execute(_ordered(query, POPULAR).limit(SUGGESTIONS))).all()


async def facet_cells(
    session: AsyncSession,
    where: Sequence[ColumnElement[bool]],
    steps: Sequence[Decimal],
) -> Sequence[Any]:
    """Numbers of courses by all that facets go by; `step` is how many of `steps` the average rating reaches."""
    by = (Course.category, Course.level, Course.language, Course.is_free)
    courses = published(*by, Course.avg_rating, func.count().label("n")).where(*where)
    counted = courses.group_by(*by, Course.avg_rating).subquery()
    step = func.width_bucket(counted.c.avg_rating, literal(list(steps), ARRAY(Numeric))).label("step")
    groups = (counted.c.category, counted.c.level, counted.c.language, counted.c.is_free, step)
    sums = select(*groups, cast(func.sum(counted.c.n), Integer).label("n")).group_by(*groups)
    return (await session.execute(sums)).all()


async def facet_cells_matching(
    session: AsyncSession, where: Sequence[ColumnElement[bool]], steps: Sequence[Decimal], match: Match
) -> Sequence[Any]:
    """The same of courses that match the words too."""
    way = await best_way(session, where, match)
    return await facet_cells(session, [*where, way(Course.search, match.full)], steps)


async def categories(session: AsyncSession) -> Sequence[Any]:
    """The taxonomy, in order."""
    columns = (Category.slug, Category.parent_slug, Category.name, Category.name_ru)
    return (await session.execute(select(*columns).order_by(Category.position))).all()


async def category_and_children(session: AsyncSession, slug: str) -> list[str]:
    query = select(Category.slug).where(or_(Category.slug == slug, Category.parent_slug == slug))
    return list(await session.scalars(query))


async def counts_by_category(session: AsyncSession) -> dict[str, int]:
    query = published(Course.category, func.count()).group_by(Course.category)
    return dict(iter(await session.execute(query)))
