"""A course as the wire shows it, from a row of Core columns."""

from typing import Any

from sqlalchemy import Row

from edu_course.models import Course

COLUMNS = (
    Course.id,
    Course.teacher_id,
    Course.teacher_name,
    Course.title,
    Course.slug,
    Course.subtitle,
    Course.description,
    Course.category,
    Course.language,
    Course.is_free,
    Course.price,
    Course.currency,
    Course.duration_minutes,
    Course.level,
    Course.status,
    Course.tags,
    Course.cover_url,
    Course.avg_rating,
    Course.review_count,
    Course.enrollment_count,
    Course.lesson_count,
    Course.created_at,
    Course.updated_at,
    Course.published_at,
)

NAMES = tuple(column.key for column in COLUMNS)


def fields(course: Course | Row[Any]) -> dict[str, Any]:
    """The wire's fields as they are in the database."""
    return {name: getattr(course, name) for name in NAMES}


def course_item(course: Course | Row[Any]) -> dict[str, Any]:
    """The wire's fields of a course or of a row that has `COLUMNS`, ready for orjson."""
    price = None if course.price is None else str(course.price)
    return fields(course) | {"price": price, "avg_rating": float(course.avg_rating)}
