"""Use cases of the catalogue."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from edu_common.database.pagination import PageParams, Slice
from edu_common.database.statements import Connection
from edu_common.web.conditional import Representation
from edu_course.catalogue import repository
from edu_course.catalogue.facets import rating_steps, tally, with_children
from edu_course.catalogue.repository import Asked, Paging
from edu_course.catalogue.schemas import Filters, Sort
from edu_course.catalogue.search.repository import correct, read_terms
from edu_course.catalogue.search.words import Match, match_of, telling
from edu_course.catalogue.statements import pattern_of
from edu_course.context import LISTS, CourseContext
from edu_course.courses.representation import course_item
from edu_course.settings import Search

FoundT = TypeVar("FoundT")

NOTHING = Slice(rows=[], total=0, next_cursor=None)


async def list_courses(app: CourseContext, filters: Filters, sort: Sort | None, params: PageParams) -> Representation:
    """A page of the published courses that pass the filters."""
    order = sort or (Sort.RELEVANCE if filters.q else Sort.NEWEST)
    key = ("list", filters, order, params.limit, params.cursor, params.offset)
    return await app.lists.get(LISTS, key, partial(_list, app, filters, order, params))


async def _list(app: CourseContext, filters: Filters, sort: Sort, params: PageParams) -> Representation:
    paging = Paging(params, app.cursors, {"list": "courses", "sort": sort, **filters.scope()})
    async with app.database.connection() as connection:
        values = _values(app, filters) | filters.facet_values() | await _categories_asked(connection, filters)
        if filters.q is None or app.search is Search.ILIKE:
            found = await repository.list_all(_asked(app, connection, values), sort, paging)
        else:
            page = partial(repository.list_matching, sort=sort, paging=paging)
            found = await _search(app, connection, filters.q, values, page) or NOTHING
    return Representation.of(found.envelope([course_item(row) for row in found.rows]))


def _values(app: CourseContext, filters: Filters) -> dict[str, Any]:
    """The values of the filters that are no facets; words are one where they are looked for as a pattern."""
    if filters.q is None or app.search is Search.FULLTEXT:
        return filters.values()
    return filters.values() | {"pattern": pattern_of(filters.q)}


async def _categories_asked(connection: Connection, filters: Filters) -> dict[str, Any]:
    """What a category stands for: itself and its children, nothing when it is unknown."""
    if filters.category is None:
        return {}
    return {"categories": await repository.category_and_children(connection, filters.category)}


def _asked(app: CourseContext, connection: Connection, values: Mapping[str, Any], match: Match | None = None) -> Asked:
    return Asked(connection, values, match, remember=partial(app.counts.get, LISTS))


async def _search(
    app: CourseContext,
    connection: Connection,
    question: str,
    values: Mapping[str, Any],
    find: Callable[[Asked], Awaitable[FoundT]],
) -> FoundT | None:
    """What `find` gives for the words of a question or, when that is nothing, for those words corrected."""
    terms = telling(await read_terms(connection, question))
    match = match_of(terms)
    if match is None:
        return None
    found = await find(_asked(app, connection, values, match))
    if found:
        return found
    corrected = match_of(await correct(connection, terms))
    return await find(_asked(app, connection, values, corrected)) if corrected else None


async def count_facets(app: CourseContext, filters: Filters) -> Representation:
    """Facets of the published courses that pass the filters."""
    return await app.facets.get(LISTS, filters, partial(_facets, app, filters))


async def _facets(app: CourseContext, filters: Filters) -> Representation:
    async with app.database.connection() as connection:
        parents = {row.slug: row.parent_slug for row in await repository.categories(connection)}
        cells = await _cells(app, connection, filters)
    return Representation.of(tally(cells, filters, parents))


async def _cells(app: CourseContext, connection: Connection, filters: Filters) -> Sequence[Any]:
    cells = partial(repository.facet_cells, steps=rating_steps(filters))
    if filters.q is None or app.search is Search.ILIKE:
        return await cells(_asked(app, connection, _values(app, filters)))
    return await _search(app, connection, filters.q, filters.values(), cells) or []


async def suggest_courses(app: CourseContext, question: str | None) -> Representation:
    """Courses whose titles have what was typed so far."""
    return await app.lists.get(LISTS, ("suggest", question), partial(_suggest, app, question))


async def _suggest(app: CourseContext, question: str | None) -> Representation:
    rows: Sequence[Any] = []
    if question is not None:
        async with app.database.connection() as connection:
            if app.search is Search.ILIKE:
                rows = await repository.suggest_containing(connection, pattern_of(question))
            else:
                rows = await _search(app, connection, question, {}, repository.suggest) or []
    return Representation.of({"items": [{"id": row["id"], "slug": row["slug"], "title": row["title"]} for row in rows]})


async def list_categories(app: CourseContext) -> Representation:
    """The tree of categories with their numbers of courses."""
    return await app.lists.get(LISTS, ("categories",), partial(_categories, app))


async def _categories(app: CourseContext) -> Representation:
    async with app.database.connection() as connection:
        rows = await repository.categories(connection)
        counts = await repository.counts_by_category(connection)
    totals = with_children(counts, {row.slug: row.parent_slug for row in rows})
    return Representation.of({"items": _tree(rows, totals, None)})


def _tree(rows: Sequence[Any], totals: Mapping[str, int], parent: str | None) -> list[dict[str, Any]]:
    return [
        {
            "slug": row.slug,
            "name": row.name,
            "name_ru": row.name_ru,
            "count": totals[row.slug],
            "children": _tree(rows, totals, row.slug),
        }
        for row in rows
        if row.parent_slug == parent
    ]
