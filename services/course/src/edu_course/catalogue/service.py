"""Use cases of the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any

from edu_common.database.pagination import PageParams, Slice
from edu_common.web.conditional import Representation
from edu_course.catalogue import repository
from edu_course.catalogue.facets import rating_steps, tally, with_children
from edu_course.catalogue.schemas import Filters, Sort
from edu_course.catalogue.search.port import CatalogueQuery, PageWindow
from edu_course.context import CourseContext
from edu_course.courses.representation import course_item


async def list_courses(app: CourseContext, filters: Filters, sort: Sort | None, params: PageParams) -> Representation:
    """Return a page of the published courses that pass the filters."""
    order = sort or (Sort.RELEVANCE if filters.q else Sort.NEWEST)
    scope = {"list": "courses", "sort": order, **filters.scope()}
    position = app.cursors.read(scope, params.cursor) if params.cursor else []
    window = PageWindow(params.limit, params.offset, position)
    values = filters.values() | filters.facet_values()
    async with app.database.read() as connection:
        if filters.category is not None:
            values["categories"] = await repository.category_and_children(connection, filters.category)
        page = await app.search.list_courses(connection, CatalogueQuery(values, filters.q), order, window)
    next_cursor = app.cursors.write(scope, page.next_position) if page.next_position else None
    listed = Slice(rows=page.rows, total=page.total, next_cursor=next_cursor)
    corrected = {"corrected_query": page.corrected} if page.corrected else {}
    return Representation.of(listed.envelope([course_item(row) for row in page.rows], **corrected))


async def count_facets(app: CourseContext, filters: Filters) -> Representation:
    """Return facets of the published courses that pass the filters."""
    query = CatalogueQuery(filters.values(), filters.q)
    async with app.database.read() as connection:
        parents = {row["slug"]: row["parent_slug"] for row in await repository.categories(connection)}
        cells = await app.search.facet_cells(connection, query, rating_steps(filters))
    return Representation.of(tally(cells, filters, parents))


async def suggest_courses(app: CourseContext, words: str | None) -> Representation:
    """Return courses whose titles have the words typed so far."""
    rows: Sequence[Any] = []
    if words is not None:
        async with app.database.read() as connection:
            rows = await app.search.suggest(connection, words)
    return Representation.of({"items": [{"id": row["id"], "slug": row["slug"], "title": row["title"]} for row in rows]})


async def list_categories(app: CourseContext) -> Representation:
    """Return the tree of categories with their numbers of courses."""
    async with app.database.read() as connection:
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
