"""Published courses as counts, pages, facets and suggestions; categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Numeric,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from edu_common.database.executor import Row
from edu_common.database.pagination import Key, counting, follows, revived, with_keys
from edu_common.database.unit_of_work import Connection
from edu_course.catalogue.conditions import (
    MatchStrategy,
    Tier,
    by_test,
    conditions,
    contains,
    keys_of,
    published,
)
from edu_course.catalogue.schemas import Sort
from edu_course.catalogue.search.words import Match
from edu_course.courses.representation import COLUMNS, NAMES
from edu_course.models import Category, Course

STATEMENTS = 256
"""Cached variants of each statement: callers choose the filters, of which there are hundreds of combinations."""

SUGGESTIONS = 8


@dataclass(frozen=True)
class Selection:
    """Which courses to find: by values of `FILTERS` and, with `match`, by words."""

    filters: Mapping[str, Any]
    match: Match | None = None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.filters)

    @property
    def values(self) -> dict[str, Any]:
        """Return the values of a statement's parameters."""
        words = {"exact": self.match.exact, "full": self.match.full} if self.match else {}
        return {**self.filters, **words}


@dataclass(frozen=True)
class TierWindow:
    """A window of a tier: this many courses, after the values of its keys in `after` if given."""

    limit: int
    offset: int
    after: Sequence[Any]

    def values(self, keys: Sequence[Key]) -> dict[str, Any]:
        """Return the values of a statement's parameters."""
        bounds = {f"after_{i}": value for i, value in enumerate(revived(keys, self.after) if self.after else ())}
        return {"limit": self.limit, "offset": self.offset, **bounds}


@lru_cache(maxsize=STATEMENTS)
def _count(names: frozenset[str], tier: Tier, strategy: MatchStrategy) -> Executable:
    courses = published(Course.id).where(*conditions(names, tier, strategy))
    return counting(courses, bindparam("cap", type_=Integer))


async def count(connection: Connection, selection: Selection, tier: Tier, strategy: MatchStrategy, cap: int) -> int:
    """Return how many courses a tier has, counting no further than one past the cap."""
    return await connection.scalar(_count(selection.names, tier, strategy), **selection.values, cap=cap)


@lru_cache(maxsize=STATEMENTS)
def _index_scan(names: frozenset[str], tier: Tier, sort: Sort, scan_window: int | None, *, begun: bool) -> Executable:
    keys = keys_of(sort, tier)
    near = _continued(with_keys(published(Course.__table__), keys), keys, begun).order_by(*(key.order for key in keys))
    c = near.limit(scan_window).subquery().c
    shown = [c[name] for name in NAMES] + [c[f"key_{i}"] for i in range(len(keys))]
    found = select(*shown).where(*conditions(names, tier, by_test, c))
    return _limited(found.order_by(*_order(keys, c)))


async def index_scan(
    connection: Connection,
    selection: Selection,
    tier: Tier,
    sort: Sort,
    window: TierWindow,
    scan_window: int | None,
) -> list[Row]:
    """Return the courses of a tier among the next `scan_window` of the sort order's index; there may be more beyond.

    Each row is followed by the values of the tier's keys.
    """
    statement = _index_scan(selection.names, tier, sort, scan_window, begun=bool(window.after))
    return await connection.all(statement, **selection.values, **window.values(keys_of(sort, tier)))


@lru_cache(maxsize=STATEMENTS)
def _fetch(names: frozenset[str], tier: Tier, sort: Sort, strategy: MatchStrategy, *, begun: bool) -> Executable:
    """OFFSET keeps the planner from scanning the order's index instead; only the keys are sorted."""
    keys = keys_of(sort, tier)
    matching = with_keys(published(Course.id), keys).where(*conditions(names, tier, strategy))
    c = _continued(matching, keys, begun).offset(literal_column("0")).subquery().c
    first = _limited(select(*c).order_by(*_order(keys, c))).subquery()
    shown = select(*COLUMNS, *(first.c[f"key_{i}"] for i in range(len(keys))))
    return shown.join(first, first.c.id == Course.id).order_by(*_order(keys, first.c))


async def fetch(
    connection: Connection,
    selection: Selection,
    tier: Tier,
    sort: Sort,
    window: TierWindow,
    strategy: MatchStrategy,
) -> list[Row]:
    """Return the courses of a tier's window by fetching the whole tier and then sorting it.

    Each row is followed by the values of the tier's keys.
    """
    statement = _fetch(selection.names, tier, sort, strategy, begun=bool(window.after))
    return await connection.all(statement, **selection.values, **window.values(keys_of(sort, tier)))


def _continued(query: Select[*tuple[Any, ...]], keys: Sequence[Key], begun: bool) -> Select[*tuple[Any, ...]]:
    if not begun:
        return query
    return query.where(follows(keys, [bindparam(f"after_{i}", type_=key.column.type) for i, key in enumerate(keys)]))


def _limited(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))


def _order(keys: Sequence[Key], c: Any) -> list[ColumnElement[Any]]:
    """Return the sort order by the key columns of a subquery."""
    return [key.model_copy(update={"column": c[f"key_{i}"]}).order for i, key in enumerate(keys)]


@lru_cache(maxsize=STATEMENTS)
def _facet_cells(names: frozenset[str], tier: Tier, strategy: MatchStrategy) -> Executable:
    by = (Course.category, Course.level, Course.language, Course.is_free)
    courses = published(*by, Course.avg_rating, func.count().label("n")).where(*conditions(names, tier, strategy))
    counted = courses.group_by(*by, Course.avg_rating).subquery()
    step = func.width_bucket(counted.c.avg_rating, bindparam("steps", type_=ARRAY(Numeric))).label("step")
    groups = (counted.c.category, counted.c.level, counted.c.language, counted.c.is_free, step)
    return select(*groups, cast(func.sum(counted.c.n), Integer).label("n")).group_by(*groups)


async def facet_cells(
    connection: Connection, selection: Selection, tier: Tier, strategy: MatchStrategy, steps: Sequence[Decimal]
) -> list[Row]:
    """Return numbers of courses by all that facets count; `step` is how many of `steps` the average rating reaches."""
    statement = _facet_cells(selection.names, tier, strategy)
    return await connection.all(statement, **selection.values, steps=list(steps))


SUGGEST_CONTAINING = (
    published(Course.id, Course.slug, Course.title)
    .where(contains(Course.title))
    .order_by(*(key.order for key in keys_of(Sort.POPULAR, Tier.EVERYTHING)))
    .limit(SUGGESTIONS)
)


async def suggest_containing(connection: Connection, pattern: str) -> list[Row]:
    """Return the most popular courses with the pattern in their title."""
    return await connection.all(SUGGEST_CONTAINING, pattern=pattern)


CATEGORIES = select(Category.slug, Category.parent_slug, Category.name, Category.name_ru).order_by(Category.position)


async def categories(connection: Connection) -> list[Row]:
    """Return the taxonomy, in order."""
    return await connection.all(CATEGORIES)


CATEGORY_AND_CHILDREN = select(Category.slug).where(
    or_(Category.slug == bindparam("slug"), Category.parent_slug == bindparam("slug"))
)


async def category_and_children(connection: Connection, slug: str) -> tuple[str, ...]:
    """Return the slugs that a category covers, its children's too; none for an unknown category."""
    return tuple(await connection.scalars(CATEGORY_AND_CHILDREN, slug=slug))


BY_CATEGORY = published(Course.category, func.count()).group_by(Course.category)


async def counts_by_category(connection: Connection) -> dict[str, int]:
    return {row[0]: row[1] for row in await connection.all(BY_CATEGORY)}
