"""Conditions and sort orders of statements about published courses: what filters and search words look at."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Numeric, Select, bindparam, cast, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY, array
from sqlalchemy.types import Text

from edu_common.database.models import in_list
from edu_common.database.pagination import Key
from edu_course.catalogue.schemas import Sort
from edu_course.models import PUBLISHED, Course

WEIGHTS: ColumnElement[Any] = literal_column("'{0.1, 0.2, 0.4, 1.0}'::real[]")
"""Weight of a word in the description, in the teacher's name, in subtitle and tags, in the title."""
RANK_STEPS = 1_000_000
"""Ranks are scaled to integers, which cursors represent without loss."""

COURSES: Any = Course.__table__.c
WILDCARD = re.compile(r"[\\%_]")
ESCAPED = r"\\\g<0>"

MatchStrategy = Callable[[Any, str], ColumnElement[bool]]
"""How to find the courses whose column matches the text search query in a parameter: `by_index` or `by_test`.

The planner cannot estimate how many courses match, and that number decides.
"""


class Tier(StrEnum):
    """A relevance tier: the courses of a list that match the words in one way; cursors contain the values."""

    EVERYTHING = "everything"
    EXACT = "exact"
    ALL = "all"
    RANKED = "ranked"
    TITLE = "title"
    TITLE_OR_PREFIX = "titles"
    TITLE_PREFIX = "beginning"
    REST = "rest"


def published(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(PUBLISHED)


def pattern_of(words: str) -> str:
    """Return the ILIKE pattern for the words as typed, anywhere in a text."""
    return f"%{WILDCARD.sub(ESCAPED, words)}%"


def contains(*texts: Any) -> ColumnElement[bool]:
    """Return the condition that one of the texts contains the pattern, ignoring case; no index serves it."""
    return or_(*(text.ilike(bindparam("pattern", type_=Text)) for text in texts))


FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "tag": lambda c: func.folded_tags(c.tags).bool_op("@>")(func.folded_tags(array([bindparam("tag", type_=Text)]))),
    "teacher_id": lambda c: c.teacher_id == bindparam("teacher_id"),
    "ids": lambda c: in_list(c.id, "ids"),
    "pattern": lambda c: contains(c.title, c.subtitle, c.description, func.array_to_string(c.tags, " ")),
    "categories": lambda c: in_list(c.category, "categories"),
    "level": lambda c: c.level == bindparam("level"),
    "language": lambda c: c.language == bindparam("language"),
    "is_free": lambda c: c.is_free == bindparam("is_free"),
    "min_rating": lambda c: c.avg_rating >= bindparam("min_rating"),
}
"""Conditions by the name of the parameter they need, on the columns of all courses or of a subset.

So a set of names identifies all lists with those filters.
"""


def by_index(column: Any, query: str) -> ColumnElement[bool]:
    """Match by the column's GIN index: the planner assumes that a query which it cannot inspect is selective."""
    return column.bool_op("@@")(_tsquery(query))


def by_test(column: Any, query: str) -> ColumnElement[bool]:
    """Match by the function behind the operator, which no index serves, so that each course is tested."""
    return func.ts_match_vq(column, _tsquery(query))


def _tsquery(query: str) -> ColumnElement[Any]:
    """Return the parameter `query` as a text search query, parsed once per statement."""
    return select(cast(bindparam(query, type_=Text), TSQUERY)).scalar_subquery()


MATCHES: Mapping[Tier, Callable[[Any, MatchStrategy], Sequence[ColumnElement[bool]]]] = {
    Tier.EVERYTHING: lambda c, match: [],
    Tier.EXACT: lambda c, match: [match(c.search, "exact")],
    Tier.ALL: lambda c, match: [match(c.search, "full")],
    Tier.RANKED: lambda c, match: [match(c.search, "full")],
    Tier.TITLE: lambda c, match: [match(c.title_words, "exact")],
    Tier.TITLE_OR_PREFIX: lambda c, match: [match(c.title_words, "full")],
    Tier.TITLE_PREFIX: lambda c, match: [match(c.title_words, "full"), ~by_test(c.title_words, "exact")],
    Tier.REST: lambda c, match: [~by_test(c.title_words, "full"), match(c.search, "full")],
}
"""Conditions of each tier: the query `exact` has the words as typed, `full` also completions of the last one."""


def conditions(
    names: frozenset[str], tier: Tier, strategy: MatchStrategy, c: Any = COURSES
) -> list[ColumnElement[bool]]:
    """Return the conditions of the named filters and of the tier."""
    return [*(FILTERS[name](c) for name in sorted(names)), *MATCHES[tier](c, strategy)]


def keys_of(sort: Sort, tier: Tier) -> Sequence[Key]:
    """Return the sort order within a tier."""
    return [_rank(), *POPULAR] if tier is Tier.RANKED else KEYS[sort]


def _descending(column: Any, kind: type) -> Key:
    return Key(column=column, kind=kind, descending=True)


def _rank() -> Key:
    """Return how well a course matches; words as typed count twice, since the full query contains them too."""
    ranks = [func.ts_rank(WEIGHTS, COURSES.search, _tsquery(query)) for query in ("exact", "full")]
    return _descending(cast((ranks[0] + ranks[1]) * RANK_STEPS, Integer), int)


PRICE = func.coalesce(COURSES.price, literal_column("0"), type_=Numeric(10, 2))
POPULAR = [_descending(COURSES.enrollment_count, int), _descending(COURSES.id, UUID)]
KEYS: Mapping[Sort, Sequence[Key]] = {
    Sort.RELEVANCE: POPULAR,
    Sort.POPULAR: POPULAR,
    Sort.NEWEST: [_descending(COURSES.published_at, datetime), _descending(COURSES.id, UUID)],
    Sort.RATING: [
        _descending(COURSES.avg_rating, Decimal),
        _descending(COURSES.review_count, int),
        _descending(COURSES.id, UUID),
    ],
    Sort.PRICE_ASC: [Key(column=PRICE, kind=Decimal), Key(column=COURSES.id, kind=UUID)],
    Sort.PRICE_DESC: [_descending(PRICE, Decimal), _descending(COURSES.id, UUID)],
}
