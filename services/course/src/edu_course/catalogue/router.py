"""Endpoints for the catalogue."""

import re
import unicodedata
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from edu_common.errors import Unprocessable
from edu_common.web.conditional import UNCHANGED, Representation
from edu_common.web.paging import Paging
from edu_common.web.response_cache import cached
from edu_common.web.routing import Router
from edu_common.web.url_parameters import from_url
from edu_course.catalogue import service
from edu_course.catalogue.schemas import Categories, CourseList, Facets, Filters, Price, Sort, Suggestions
from edu_course.context import LISTS, App
from edu_course.models import Level

MAX_IDS = 100
MAX_QUESTION = 200
"""Letters of a question that count; further ones are passed over."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
CATEGORY = re.compile(r"[a-z0-9-]{1,60}")
CACHE_CONTROL = "public, max-age=5"

router = Router(tags=["catalogue"])


def _typed(value: Any) -> Any:
    """Text as it may go to the database; blank text asks for nothing."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)).strip()
    return text[:MAX_QUESTION] or None


Typed = BeforeValidator(_typed)


def _or_blank(schema: dict[str, Any]) -> None:
    schema["anyOf"].append({"const": "", "description": "As if it was not sent"})


OrBlank = Field(json_schema_extra=_or_blank)
"""Goes with `Typed` where blank text is not of the type itself."""

Question = Annotated[str | None, Query(description="Words that all must be found; the last may be unfinished"), Typed]


@from_url
async def filters(
    q: Question = None,
    category: Annotated[str | None, Query(description="Slug; a parent stands for its children too"), Typed] = None,
    level: Annotated[Level | None, Query(), OrBlank, Typed] = None,
    language: Annotated[str | None, Query(max_length=20), Typed] = None,
    price: Annotated[Price | None, Query(), OrBlank, Typed] = None,
    min_rating: Annotated[float | None, Query(), Field(ge=0, le=5, allow_inf_nan=False), OrBlank, Typed] = None,
    tag: Annotated[str | None, Query(max_length=40, description="Whole tag, whatever the case"), Typed] = None,
    teacher_id: Annotated[UUID | None, Query(), OrBlank, Typed] = None,
    ids: Annotated[str | None, Query(description="At most 100, between commas")] = None,
) -> Filters:
    """FastAPI dependency for the filters that list and facets share."""
    if category is not None and not CATEGORY.fullmatch(category):
        raise Unprocessable.at("query", "category", msg="Not a slug of a category. GET /categories lists them.")
    return Filters(
        q=q,
        category=category,
        level=level,
        language=language,
        price=price,
        min_rating=None if min_rating is None else _hundredths(min_rating),
        tag=tag,
        teacher_id=teacher_id,
        ids=None if ids is None else _ids(ids),
    )


def _hundredths(rating: float) -> Decimal:
    """The least average, which has two decimals, that is not below `rating`."""
    return Decimal(str(rating)).quantize(Decimal("0.01"), ROUND_CEILING)


def _ids(text: str) -> tuple[UUID, ...]:
    parts = [part.strip() for part in text.split(",", MAX_IDS + 1) if part.strip()]
    if len(parts) > MAX_IDS:
        raise Unprocessable.at("query", "ids", msg=f"At most {MAX_IDS} ids at once.")
    try:
        return tuple(sorted({UUID(part) for part in parts}))
    except ValueError as error:
        raise Unprocessable.at("query", "ids", msg="Not a list of ids (UUIDs) between commas.") from error


AllFilters = Annotated[Filters, Depends(filters)]


@router.get("/courses", response_model=CourseList, responses=UNCHANGED)
@cached(lambda app: app.lists, invalidated_by=LISTS, cache_control=CACHE_CONTROL)
async def list_courses(
    app: App,
    filters: AllFilters,
    params: Paging,
    sort: Annotated[Sort | None, Query(description="`relevance` with `q`, else `newest`"), OrBlank, Typed] = None,
) -> Representation:
    """Published courses that pass every filter.

    `q` finds words in title, subtitle, description and tags, in all their forms in English and Russian; names of
    subjects also find courses in the other language. Small typing errors are corrected in words that no course has.
    Stop words are passed over; a question of stop words alone is taken for the beginning of a word, one without any
    letter or digit finds nothing.
    """
    return await service.list_courses(app, filters, sort, params)


@router.get("/courses/facets", response_model=Facets, responses=UNCHANGED)
@cached(lambda app: app.facets, invalidated_by=LISTS, cache_control=CACHE_CONTROL)
async def count_facets(app: App, filters: AllFilters) -> Representation:
    """How many courses each value of a filter would list, the other filters as they are; counts end at 10,000."""
    return await service.count_facets(app, filters)


@router.get("/courses/suggest", response_model=Suggestions, responses=UNCHANGED)
@cached(lambda app: app.lists, invalidated_by=LISTS, cache_control=CACHE_CONTROL)
async def suggest_courses(app: App, q: Question = None) -> Representation:
    """The most popular courses whose title has the words typed so far, at most 8."""
    return await service.suggest_courses(app, q)


@router.get("/categories", response_model=Categories, responses=UNCHANGED)
@cached(lambda app: app.lists, invalidated_by=LISTS, cache_control=CACHE_CONTROL)
async def list_categories(app: App) -> Representation:
    """The tree of categories."""
    return await service.list_categories(app)
