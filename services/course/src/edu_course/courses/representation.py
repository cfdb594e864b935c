"""The JSON representation of a course, from a row of Core columns."""

from collections.abc import Mapping
from typing import Any

from edu_common.database.executor import Row
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
    Course.taken_down_from,
)

NAMES = tuple(column.key for column in COLUMNS)


def fields(course: Course) -> dict[str, Any]:
    """Return the fields of the representation with values as they are in the database."""
    return {name: getattr(course, name) for name in NAMES}


def course_item(course: Mapping[str, Any] | Row) -> dict[str, Any]:
    """Return the representation of a row that has `COLUMNS`, or of `fields`, ready for orjson."""
    item = {name: course[name] for name in NAMES}
    price = item["price"]
    item["price"] = None if price is None else str(price)
    item["avg_rating"] = float(item["avg_rating"])
    item["taken_down"] = item.pop("taken_down_from") is not None
    return item
