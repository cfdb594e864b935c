"""Query parameters and response bodies of the catalogue."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from edu_common.database.pagination import Page
from edu_course.courses.schemas import CourseRead
from edu_course.models import Level


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    RATING = "rating"
    POPULAR = "popular"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"


class Price(StrEnum):
    FREE = "free"
    PAID = "paid"


@dataclass(frozen=True)
class Filters:
    """What a course must be like to be listed; None excludes nothing, an empty `ids` every course."""

    q: str | None = None
    category: str | None = None
    level: Level | None = None
    language: str | None = None
    price: Price | None = None
    min_rating: Decimal | None = None
    tag: str | None = None
    teacher_id: UUID | None = None
    ids: tuple[UUID, ...] | None = None

    def values(self) -> dict[str, Any]:
        """Return the values of `conditions.FILTERS` that no facet counts, but for the words."""
        return _given(tag=self.tag, teacher_id=self.teacher_id, ids=self.ids)

    def facet_values(self) -> dict[str, Any]:
        """Return the values of `conditions.FILTERS` that facets count, but for the category."""
        is_free = None if self.price is None else self.price is Price.FREE
        return _given(level=self.level, language=self.language, is_free=is_free, min_rating=self.min_rating)

    def scope(self) -> dict[str, Any]:
        """Return the filters as a cursor is bound to them."""
        return _given(**asdict(self))


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


class CourseList(Page[CourseRead]):
    corrected_query: str | None = Field(
        default=None, description="The words that were looked for, where those of `q` find nothing"
    )


class Facets(BaseModel):
    """For each value of a filter the `total` of the list with that value in place of the present one."""

    category: dict[str, int] = Field(description="By slug; a parent counts its children")
    level: dict[Level, int]
    language: dict[str, int]
    price: dict[Price, int]
    rating: dict[str, int] = Field(description="By the least average rating, a value of `min_rating`")


class Suggestion(BaseModel):
    id: UUID
    slug: str
    title: str


class Suggestions(BaseModel):
    items: list[Suggestion]


class CategoryRead(BaseModel):
    slug: str
    name: str
    name_ru: str
    count: int = Field(description="Published courses, those of the children too")
    children: list["CategoryRead"]


class Categories(BaseModel):
    items: list[CategoryRead]
