"""Statements about published courses, each compiled once for its filters and its order.

A filter is named by the value it needs, so a set of names stands for all lists with those filters.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Select,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, array
from sqlalchemy.types import Text, Uuid

from edu_common.database.pagination import Key, counting, follows, revived, with_keys
from edu_common.database.statements import Compiled
from edu_course.catalogue.schemas import Sort
from edu_course.courses.representation import COLUMNS, NAMES
from edu_course.models import PUBLISHED, Course

WEIGHTS: ColumnElement[Any] = literal_column("'{0.1, 0.2, 0.4, 1.0}'::real[]")
"""What a word counts in the description, nowhere, in subtitle and tags, in the title."""
RANK_STEPS = 1_000_000
"""Ranks become whole numbers, which cursors carry without loss."""

Way = Callable[[Any, str], ColumnElement[bool]]
"""How the courses are found whose column matches a text search query, named by its value: `indexed` or `walked`.

The planner does not know how many there are; the number decides.
"""

COURSES: Any = Course.__table__.c
EVERYTHING = "everything"
WILDCARD = re.compile(r"[\\%_]")
ESCAPED = r"\\\g<0>"


def published(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(PUBLISHED)


def _any_of(name: str, kind: Any) -> ColumnElement[Any]:
    return any_(bindparam(name, type_=ARRAY(kind)))


def pattern_of(question: str) -> str:
    """The question as it is typed, anywhere in a text, as a pattern."""
    return f"%{WILDCARD.sub(ESCAPED, question)}%"


def contains(*texts: Any) -> ColumnElement[bool]:
    """The pattern in one of the texts, whatever the case: no index serves this."""
    return or_(*(text.ilike(bindparam("pattern", type_=Text)) for text in texts))


CONDITIONS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "tag": lambda c: func.folded_tags(c.tags).bool_op("@>")(func.folded_tags(array([bindparam("tag", type_=Text)]))),
    "teacher_id": lambda c: c.teacher_id == bindparam("teacher_id"),
    "ids": lambda c: c.id == _any_of("ids", Uuid),
    "pattern": lambda c: contains(c.title, c.subtitle, c.description, func.array_to_string(c.tags, " ")),
    "categories": lambda c: c.category == _any_of("categories", Text),
    "level": lambda c: c.level == bindparam("level"),
    "language": lambda c: c.language == bindparam("language"),
    "is_free": lambda c: c.is_free == bindparam("is_free"),
    "min_rating": lambda c: c.avg_rating >= bindparam("min_rating"),
}
"""Filters by the value they need; each is made of the columns of the courses or of a part of them."""


def indexed(column: Any, query: str) -> ColumnElement[bool]:
    """Found by the column's GIN index: a query that the planner cannot look into counts as selective for it."""
    return column.bool_op("@@")(_words(query))


def walked(column: Any, query: str) -> ColumnElement[bool]:
    """The same as a function, which no index serves."""
    return func.ts_match_vq(column, _words(query))


def _words(query: str) -> ColumnElement[Any]:
    """The value `query` as a text search query, read once a statement."""
    return select(cast(bindparam(query, type_=Text), TSQUERY)).scalar_subquery()


BANDS: Mapping[str, Callable[[Any, Way], Sequence[ColumnElement[bool]]]] = {
    EVERYTHING: lambda c, way: [],
    "exact": lambda c, way: [way(c.search, "exact")],
    "all": lambda c, way: [way(c.search, "full")],
    "ranked": lambda c, way: [way(c.search, "full")],
    "title": lambda c, way: [way(c.title_words, "exact")],
    "titles": lambda c, way: [way(c.title_words, "full")],
    "beginning": lambda c, way: [way(c.title_words, "full"), ~walked(c.title_words, "exact")],
    "rest": lambda c, way: [~walked(c.title_words, "full"), way(c.search, "full")],
}
"""Parts of a list, by what of their courses matches the words that are looked for."""


def keys_of(sort: Sort, band: str, c: Any = COURSES) -> Sequence[Key]:
    """The order within a band."""
    return [_rank(c), *KEYS[Sort.POPULAR](c)] if band == "ranked" else KEYS[sort](c)


def _popular(c: Any) -> Sequence[Key]:
    return [_descending(c.enrollment_count, int), _descending(c.id, UUID)]


def _price(c: Any) -> ColumnElement[Any]:
    return func.coalesce(c.price, literal_column("0"), type_=Numeric(10, 2))


def _descending(column: Any, kind: type) -> Key:
    return Key(column=column, kind=kind, descending=True)


def _rank(c: Any) -> Key:
    """How well a course matches; words as they are count twice, since the full query has them too."""
    ranks = [func.ts_rank(WEIGHTS, c.search, _words(query)) for query in ("exact", "full")]
    return _descending(cast((ranks[0] + ranks[1]) * RANK_STEPS, Integer), int)


KEYS: Mapping[Sort, Callable[[Any], Sequence[Key]]] = {
    Sort.RELEVANCE: _popular,
    Sort.POPULAR: _popular,
    Sort.NEWEST: lambda c: [_descending(c.published_at, datetime), _descending(c.id, UUID)],
    Sort.RATING: lambda c: [
        _descending(c.avg_rating, Decimal),
        _descending(c.review_count, int),
        _descending(c.id, UUID),
    ],
    Sort.PRICE_ASC: lambda c: [Key(column=_price(c), kind=Decimal), Key(column=c.id, kind=UUID)],
    Sort.PRICE_DESC: lambda c: [_descending(_price(c), Decimal), _descending(c.id, UUID)],
}


def conditions(names: Collection[str], band: str, way: Way, c: Any = COURSES) -> list[ColumnElement[bool]]:
    return [*(CONDITIONS[name](c) for name in sorted(names)), *BANDS[band](c, way)]


def bounds(keys: Sequence[Key], position: Sequence[Any]) -> dict[str, Any]:
    """The values of the keys that a page comes after, by name; none for a page from the start."""
    values = revived(keys, position) if position else []
    return {f"after_{i}": value for i, value in enumerate(values)}


def _continued(query: Select[*tuple[Any, ...]], keys: Sequence[Key], begun: bool) -> Select[*tuple[Any, ...]]:
    if not begun:
        return query
    return query.where(follows(keys, [bindparam(f"after_{i}", type_=key.column.type) for i, key in enumerate(keys)]))


def _window(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.limit(bindparam("limit", type_=Integer)).offset(bindparam("offset", type_=Integer))


@cache
def count(names: frozenset[str], band: str, way: Way) -> Compiled:
    """How many courses there are, no further than one past `cap`."""
    return Compiled(
        counting(published(Course.id).where(*conditions(names, band, way)), bindparam("cap", type_=Integer))
    )


@cache
def walk(names: frozenset[str], band: str, sort: Sort, stretch: int | None, *, begun: bool) -> Compiled:
    """The first courses in the order, looked for in a stretch of it; there may be more behind that."""
    keys = keys_of(sort, band)
    near = _continued(with_keys(published(Course.__table__), keys), keys, begun).order_by(*(key.order for key in keys))
    c = near.limit(stretch).subquery().c
    shown = [c[name] for name in NAMES] + [c[f"key_{i}"] for i in range(len(keys))]
    found = select(*shown).where(*conditions(names, band, walked, c))
    return Compiled(_window(found.order_by(*_order(keys, c))))


@cache
def fetch(names: frozenset[str], band: str, sort: Sort, way: Way, *, begun: bool) -> Compiled:
    """The first courses in the order, all being fetched and then sorted.

    OFFSET keeps the planner from walking the order's index instead; only what decides is sorted.
    """
    keys = keys_of(sort, band)
    matching = with_keys(published(Course.id), keys).where(*conditions(names, band, way))
    c = _continued(matching, keys, begun).offset(literal_column("0")).subquery().c
    first = _window(select(*c).order_by(*_order(keys, c))).subquery()
    shown = select(*COLUMNS, *(first.c[f"key_{i}"] for i in range(len(keys))))
    return Compiled(shown.join(first, first.c.id == Course.id).order_by(*_order(keys, first.c)))


def _order(keys: Sequence[Key], c: Any) -> list[ColumnElement[Any]]:
    """The order by the values of the keys that a part of the courses has in its columns."""
    return [key.model_copy(update={"column": c[f"key_{i}"]}).order for i, key in enumerate(keys)]
