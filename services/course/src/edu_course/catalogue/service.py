"""Use cases of the catalogue."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.pagination import PageParams, Slice
from edu_common.web.conditional import Representation
from edu_course.catalogue import repository
from edu_course.catalogue.facets import rating_steps, tally, with_children
from edu_course.catalogue.repository import Paging
from edu_course.catalogue.schemas import Filters, Sort
from edu_course.catalogue.search.repository import correct, read_terms
from edu_course.catalogue.search.words import Match, match_of, telling
from edu_course.courses.representation import course_item
from edu_course.runtime import LISTS, CourseRuntime
from edu_course.settings import Search

FoundT = TypeVar("FoundT")

NOTHING = Slice(rows=[], total=0, next_cursor=None)


async def list_courses(app: CourseRuntime, filters: Filters, sort: Sort | None, params: PageParams) -> Representation:
    """A page of the published courses that pass the filters."""
    order = sort or (Sort.RELEVANCE if filters.q else Sort.NEWEST)
    key = ("list", filters, order, params.limit, params.cursor, params.offset)
    return await app.lists.get(LISTS, key, partial(_list, app, filters, order, params))


async def _list(app: CourseRuntime, filters: Filters, sort: Sort, params: PageParams) -> Representation:
    paging = Paging(params, app.cursors, {"list": "courses", "sort": sort, **filters.scope()})
    async with app.database.read() as session:
        slugs = await _slugs(session, filters.category)
        where = [*repository.conditions(filters), *repository.facet_conditions(filters, slugs)]
        if filters.q is None:
            found = await repository.list_all(session, where, sort, paging)
        elif app.search is Search.ILIKE:
            found = await repository.list_all(session, [*where, repository.contains(filters.q)], sort, paging)
        else:
            page = partial(repository.list_matching, session, where, sort, paging, paging.position())
            found = await _search(session, filters.q, page) or NOTHING
    return Representation.of(found.envelope([course_item(row) for row in found.rows]))


async def _slugs(session: AsyncSession, category: str | None) -> Sequence[str]:
    """What a category stands for: itself and its children, nothing when it is unknown."""
    return [] if category is None else await repository.category_and_children(session, category)


async def _search(session: AsyncSession, question: str, find: Callable[[Match], Awaitable[FoundT]]) -> FoundT | None:
    """What `find` gives for the words of a question or, when that is nothing, for those words corrected."""
    terms = telling(await read_terms(session, question))
    match = match_of(terms)
    if match is None:
        return None
    found = await find(match)
    if found:
        return found
    corrected = match_of(await correct(session, terms))
    return await find(corrected) if corrected else None


async def count_facets(app: CourseRuntime, filters: Filters) -> Representation:
    """Facets of the published courses that pass the filters."""
    return await app.lists.get(LISTS, ("facets", filters), partial(_facets, app, filters))


async def _facets(app: CourseRuntime, filters: Filters) -> Representation:
    async with app.database.read() as session:
        parents = {row.slug: row.parent_slug for row in await repository.categories(session)}
        cells = await _cells(app, session, filters)
    return Representation.of(tally(cells, filters, parents))


async def _cells(app: CourseRuntime, session: AsyncSession, filters: Filters) -> Sequence[Any]:
    where = list(repository.conditions(filters))
    steps = rating_steps(filters)
    if filters.q is None:
        return await repository.facet_cells(session, where, steps)
    if app.search is Search.ILIKE:
        return await repository.facet_cells(session, [*where, repository.contains(filters.q)], steps)
    cells = partial(repository.facet_cells_matching, session, where, steps)
    return await _search(session, filters.q, cells) or []


async def suggest_courses(app: CourseRuntime, question: str | None) -> Representation:
    """Courses whose titles have what was typed so far."""
    return await app.lists.get(LISTS, ("suggest", question), partial(_suggest, app, question))


async def _suggest(app: CourseRuntime, question: str | None) -> Representation:
    rows: Sequence[Any] = []
    if question is not None:
        async with app.database.read() as session:
            if app.search is Search.ILIKE:
                rows = await repository.suggest_containing(session, question)
            else:
                rows = await _search(session, question, partial(repository.suggest, session)) or []
    return Representation.of({"items": [{"id": row.id, "slug": row.slug, "title": row.title} for row in rows]})


async def list_categories(app: CourseRuntime) -> Representation:
    """The tree of categories with their numbers of courses."""
    return await app.lists.get(LISTS, ("categories",), partial(_categories, app))


async def _categories(app: CourseRuntime) -> Representation:
    async with app.database.read() as session:
        rows = await repository.categories(session)
        counts = await repository.counts_by_category(session)
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
