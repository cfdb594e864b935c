"""The JSON representation of modules and lessons."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from edu_common.database.executor import Row
from edu_common.web.conditional import Representation, version_tag
from edu_course.courses.representation import course_item
from edu_course.models import Module

LESSON_FIELDS = (
    "id",
    "module_id",
    "course_id",
    "title",
    "content",
    "video_url",
    "duration_minutes",
    "is_preview",
    "previous_id",
    "next_id",
    "version",
    "created_at",
    "updated_at",
)


def represent_module(module: Module) -> Representation:
    item = {
        "id": module.id,
        "course_id": module.course_id,
        "title": module.title,
        "order": module.position,
        "version": module.version,
    }
    return Representation.of(item, version_tag(module.version))


def represent_lesson(row: Row) -> Representation:
    """Represent a lesson with its body; the ETag includes the course's version, since it links adjacent lessons."""
    item = {name: row[name] for name in LESSON_FIELDS} | {"order": row["position"]}
    return Representation.of(item, version_tag(row["version"], within=row["course_version"]))


def represent_curriculum(course: Mapping[str, Any] | Row, version: int, rows: Sequence[Row]) -> Representation:
    """Represent the curriculum of a course, given its representation and the rows of `repository.curriculum`."""
    modules = [_module_item(course, list(lessons)) for _, lessons in groupby(rows, key=itemgetter("module_id"))]
    total = sum(len(module["lessons"]) for module in modules)
    item = {"course": course_item(course), "modules": modules, "total_lessons": total}
    return Representation.of(item, version_tag(version))


def _module_item(course: Mapping[str, Any] | Row, rows: list[Row]) -> dict[str, Any]:
    first = rows[0]
    return {
        "id": first["module_id"],
        "course_id": course["id"],
        "title": first["module_title"],
        "order": first["module_position"],
        "version": first["module_version"],
        "lessons": [_lesson_head(row) for row in rows if row["id"] is not None],
    }


def _lesson_head(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "module_id": row["module_id"],
        "title": row["title"],
        "duration_minutes": row["duration_minutes"],
        "order": row["position"],
        "is_preview": row["is_preview"],
        "has_video": row["has_video"],
        "has_text": row["has_text"],
        "version": row["version"],
    }
