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


def course_item(row: Row[Any]) -> dict[str, Any]:
    """The wire's fields of a row that has `COLUMNS`, ready for orjson; further columns are left out."""
    item = {name: getattr(row, name) for name in NAMES}
    item["price"] = None if row.price is None else str(row.price)
    item["avg_rating"] = float(row.avg_rating)
    return item
