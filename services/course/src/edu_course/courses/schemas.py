"""Request and response bodies of courses."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, HttpUrl, TypeAdapter
from pydantic_core import PydanticCustomError

from edu_common.database.pagination import Page
from edu_common.types import Body, Money, Patch, Whole, line, text_block
from edu_course.models import Level, Status

MAX_TAGS = 20
MAX_MINUTES = 100_000

ABSENT: Any = Field(default_factory=lambda: None)
"""The default of a field of a partial update: what is absent stays, and null is only for what may be null."""


class Currency(StrEnum):
    """Currencies with two decimals that courses are sold in."""

    USD = "USD"
    EUR = "EUR"
    GBP = "GBP"
    CHF = "CHF"
    PLN = "PLN"
    RUB = "RUB"
    KZT = "KZT"
    UAH = "UAH"
    TRY = "TRY"
    INR = "INR"
    BRL = "BRL"
    CAD = "CAD"
    AUD = "AUD"


def _https(value: str) -> str:
    """Return the URL in its normal form; reject other schemes, and URLs that carry a user name or password."""
    url = TypeAdapter(HttpUrl).validate_python(value)
    if url.scheme != "https" or url.username is not None or url.password is not None:
        raise PydanticCustomError("https_url", "must be an https URL without a user name")
    return str(url)


def _distinct(tags: list[str]) -> list[str]:
    """Return the tags without repetitions, whatever their case; the first spelling stays."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.casefold(), tag)
    return list(first.values())


def _cents(price: Decimal) -> Decimal:
    return price.quantize(Decimal("0.01"))


if TYPE_CHECKING:  # types made by a call have no static counterpart
    Title = str
    Subtitle = str
    Description = str
    CategoryName = str
    Tag = str
else:
    Title = line(200)
    Subtitle = line(300, min_length=0)
    Description = text_block(20_000)
    CategoryName = line(100)
    Tag = line(40)
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", description="As in BCP 47: en, ru, pt-BR")]
Price = Annotated[Decimal, Field(ge=Decimal("0.50"), le=10_000, decimal_places=2), AfterValidator(_cents)]
Minutes = Annotated[int, Field(ge=0, le=MAX_MINUTES, strict=True), Whole]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_distinct)]
CoverUrl = Annotated[str, Field(max_length=2000), AfterValidator(_https)]
Flag = Annotated[bool, Field(strict=True)]


class CourseCreate(Body):
    title: Title
    is_free: Flag
    price: Price | None = None
    currency: Currency = Currency.USD
    subtitle: Subtitle = ""
    description: Description = ""
    category: CategoryName | None = Field(default=None, description="Slug or name; see GET /categories")
    language: Language = "en"
    level: Level = Level.BEGINNER
    duration_minutes: Minutes = 0
    tags: Tags = Field(default_factory=list[str])
    cover_url: CoverUrl | None = None


class CourseUpdate(Patch):
    title: Title = ABSENT
    is_free: Flag = ABSENT
    price: Price | None = ABSENT
    currency: Currency = ABSENT
    subtitle: Subtitle = ABSENT
    description: Description = ABSENT
    category: CategoryName | None = ABSENT
    language: Language = ABSENT
    level: Level = ABSENT
    duration_minutes: Minutes = ABSENT
    tags: Tags = ABSENT
    cover_url: CoverUrl | None = ABSENT


class CourseRead(BaseModel):
    id: UUID
    teacher_id: UUID
    teacher_name: str
    title: str
    slug: str
    subtitle: str
    description: str
    category: str | None
    language: str
    is_free: bool
    price: Money | None
    currency: str
    duration_minutes: int
    level: Level
    status: Status
    tags: list[str]
    cover_url: str | None
    avg_rating: float = Field(description="0 without reviews")
    review_count: int
    enrollment_count: int
    lesson_count: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    taken_down: bool = Field(description="Whether an admin took it off sale; its teacher cannot publish it meanwhile")


class TeacherCounts(BaseModel):
    """Sums over all of a teacher's courses."""

    draft: int
    published: int
    archived: int
    enrollments: int
    reviews: int


class MyCourses(Page[CourseRead]):
    counts: TeacherCounts


class CourseSnapshot(BaseModel):
    """A course as other services see it."""

    id: UUID
    version: int
    teacher_id: UUID
    teacher_name: str
    title: str
    slug: str
    status: Status
    is_free: bool
    price: Money | None
    currency: str
    lesson_ids: list[UUID]
