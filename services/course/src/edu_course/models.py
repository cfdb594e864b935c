"""Tables of the course service."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.database.models import COLUMN_TYPES, new_metadata

PUBLISHED = text("status = 'published'")
GIN: dict[str, Any] = {
    "postgresql_using": "gin",
    "postgresql_with": {"fastupdate": "off"},
    "postgresql_where": PUBLISHED,
}


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


class Level(StrEnum):
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ReportStatus(StrEnum):
    OPEN = "open"
    DISMISSED = "dismissed"
    HIDDEN = "hidden"
    REMOVED = "removed"


class ReportType(StrEnum):
    """What was reported."""

    COURSE = "course"
    REVIEW = "review"


class Category(Base):
    """A subject of the two-level taxonomy; the first migration fills it."""

    __tablename__ = "categories"

    slug: Mapped[str] = mapped_column(primary_key=True)
    parent_slug: Mapped[str | None] = mapped_column(ForeignKey("categories.slug"))
    name: Mapped[str]
    name_ru: Mapped[str]
    position: Mapped[int]


class Course(Base):
    """A course and the counts that lists show.

    `version` grows with every change of the course, its modules or its lessons, but not with the counts of enrollments
    and reviews. `rating_sum` and `review_count` exclude hidden reviews. `taken_down_from` is the status to restore of a
    course that an admin took down, and `taken_down_access` whether its students keep it. `search` contains the stems of
    title (weight A), subtitle and tags (B), the teacher's name (C) and description; `title_words` only those of the
    title.
    """

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'published', 'archived')", name="status"),
        CheckConstraint("level IN ('beginner', 'intermediate', 'advanced')", name="level"),
        CheckConstraint("taken_down_from IN ('draft', 'published', 'archived')", name="taken_down_from"),
        CheckConstraint("is_free = (price IS NULL)", name="price_unless_free"),
        CheckConstraint("price BETWEEN 0.50 AND 10000", name="price_range"),
        CheckConstraint(
            "duration_minutes >= 0 AND rating_sum >= 0 AND review_count >= 0 AND enrollment_count >= 0"
            " AND lesson_count >= 0",
            name="counts",
        ),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_at"),
        Index("ix_courses_teacher_id_created_at_id", "teacher_id", "created_at", "id"),
        Index("ix_courses_created_at_id", "created_at", "id"),
        # The catalogue's sort orders; each ends with the id, so that it is total.
        Index("ix_courses_newest", "published_at", "id", postgresql_where=PUBLISHED),
        Index("ix_courses_popular", "enrollment_count", "id", postgresql_where=PUBLISHED),
        Index("ix_courses_rating", "avg_rating", "review_count", "id", postgresql_where=PUBLISHED),
        Index("ix_courses_price", text("coalesce(price, 0)"), "id", postgresql_where=PUBLISHED),
        # All columns that facets group by: counts under any of these filters never touch the wide rows.
        Index(
            "ix_courses_facets", "category", "level", "language", "is_free", "avg_rating", postgresql_where=PUBLISHED
        ),
        Index("ix_courses_search", "search", **GIN),
        Index("ix_courses_title_words", "title_words", **GIN),
        Index("ix_courses_tags", text("folded_tags(tags)"), **GIN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    teacher_id: Mapped[UUID]
    teacher_name: Mapped[str]
    title: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    subtitle: Mapped[str] = mapped_column(Text, server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    category: Mapped[str | None] = mapped_column(ForeignKey("categories.slug"))
    language: Mapped[str] = mapped_column(Text, server_default="en")
    is_free: Mapped[bool]
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    currency: Mapped[str] = mapped_column(Text, server_default="USD")
    duration_minutes: Mapped[int] = mapped_column(server_default="0")
    level: Mapped[str] = mapped_column(Text, server_default="beginner")
    status: Mapped[str] = mapped_column(Text, server_default="draft")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    cover_url: Mapped[str | None]
    rating_sum: Mapped[int] = mapped_column(BigInteger, server_default="0")
    review_count: Mapped[int] = mapped_column(server_default="0")
    avg_rating: Mapped[Decimal] = mapped_column(
        Numeric(3, 2), Computed("coalesce(round(rating_sum::numeric / nullif(review_count, 0), 2), 0)", persisted=True)
    )
    enrollment_count: Mapped[int] = mapped_column(server_default="0")
    lesson_count: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    published_at: Mapped[datetime | None]
    taken_down_from: Mapped[str | None]
    taken_down_reason: Mapped[str] = mapped_column(Text, server_default="")
    taken_down_access: Mapped[bool] = mapped_column(server_default=text("true"))
    search: Mapped[str] = mapped_column(
        TSVECTOR, Computed("search_vector(title, subtitle, tags, description, teacher_name)", persisted=True)
    )
    title_words: Mapped[str] = mapped_column(TSVECTOR, Computed("title_vector(title)", persisted=True))


class SearchWord(Base):
    """A word of some course, as it is spelt: the candidates for completing prefixes and correcting misspellings.

    A trigger adds the words of a course when it is written. Words that are no longer used stay and do no harm: they are
    only candidates, and the courses decide. `stem` is null for stop words.
    """

    __tablename__ = "search_words"
    __table_args__ = (
        Index("ix_search_words_trigrams", "trigrams", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    stem: Mapped[str | None] = mapped_column(Text, Computed("word_stem(word)", persisted=True))
    trigrams: Mapped[list[str]] = mapped_column(ARRAY(Text), Computed("word_trigrams(word)", persisted=True))


class Module(Base):
    """A chapter of a course; positions count from 1 without gaps."""

    __tablename__ = "modules"
    __table_args__ = (
        UniqueConstraint("course_id", "position", deferrable=True, initially="DEFERRED"),
        # The target of the lessons' foreign key, which keeps a lesson and its module in the same course.
        UniqueConstraint("id", "course_id"),
        CheckConstraint("position >= 1", name="position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    title: Mapped[str]
    position: Mapped[int]
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Lesson(Base):
    """A lesson; `content` is Markdown as the author wrote it, positions count from 1 within the module."""

    __tablename__ = "lessons"
    __table_args__ = (
        UniqueConstraint("module_id", "position", deferrable=True, initially="DEFERRED"),
        ForeignKeyConstraint(["module_id", "course_id"], ["modules.id", "modules.course_id"], ondelete="CASCADE"),
        CheckConstraint("position >= 1 AND duration_minutes >= 0", name="position"),
        Index("ix_lessons_course_id", "course_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    module_id: Mapped[UUID]
    course_id: Mapped[UUID]
    title: Mapped[str]
    content: Mapped[str]
    video_url: Mapped[str | None]
    duration_minutes: Mapped[int] = mapped_column(server_default="0")
    position: Mapped[int]
    is_preview: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Review(Base):
    """One student's review of a course; hidden ones and those `withdrawn` with the enrollment count nowhere."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("course_id", "student_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_reviews_newest", "course_id", "created_at", "id", postgresql_where=text("NOT hidden")),
        Index("ix_reviews_best", "course_id", "rating", "created_at", "id", postgresql_where=text("NOT hidden")),
        Index("ix_reviews_student_id", "student_id"),
        Index("ix_reviews_created_at_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    student_id: Mapped[UUID]
    author_name: Mapped[str]
    rating: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text, server_default="")
    hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Report(Base):
    """A user's report of a course or a review; `target_id` is its id and `author_id` its teacher or author.

    A review's report stays when the review is deleted, so that admins can see what they decided.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("reporter_id", "target_id"),
        CheckConstraint("type IN ('course', 'review')", name="type"),
        CheckConstraint("status IN ('open', 'dismissed', 'hidden', 'removed')", name="status"),
        Index("ix_reports_created_at_id", "created_at", "id"),
        Index("ix_reports_open", "target_id", postgresql_where=text("status = 'open'")),
        Index("ix_reports_author_id", "author_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[UUID]
    author_id: Mapped[UUID]
    reporter_id: Mapped[UUID]
    reason: Mapped[str]
    comment: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text, server_default="open")
    note: Mapped[str] = mapped_column(Text, server_default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class RevokedEnrollment(Base):
    """A student whose enrollment was revoked and not renewed: they may not review the course any more."""

    __tablename__ = "revoked_enrollments"

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, index=True)


class UserName(Base):
    """The name of a user who changed it; newer than the name in older access tokens."""

    __tablename__ = "user_names"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class VerifiedTeacher(Base):
    """A verified teacher, whose access token may be older and say otherwise; deleted when they lose the role."""

    __tablename__ = "verified_teachers"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
