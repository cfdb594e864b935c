"""Courses inserted as rows, bypassing authoring."""

import itertools
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from edu_common.ids import new_id, utc_now
from edu_course.context import LISTS, CourseContext
from edu_course.models import Course

AddCourses = Callable[..., Awaitable[list[UUID]]]

numbers = itertools.count()


def course(title: str, **fields: Any) -> dict[str, Any]:
    """Return a published course; a price makes it a paid one."""
    price = fields.pop("price", None)
    return {
        "id": new_id(),
        "teacher_id": new_id(),
        "teacher_name": "Grace Hopper",
        "title": title,
        "slug": f"course-{next(numbers)}",
        "is_free": price is None,
        "price": None if price is None else Decimal(price),
        "status": "published",
        "published_at": utc_now(),
        **fields,
    }


@pytest.fixture
def runtime(app: FastAPI) -> CourseContext:
    return app.state.runtime


@pytest.fixture
def add(runtime: CourseContext) -> AddCourses:
    """Insert courses made by `course`; return their ids."""

    async def insert_all(*courses: dict[str, Any]) -> list[UUID]:
        async with runtime.database.unit_of_work() as unit:
            for values in courses:
                await unit.execute(insert(Course).values(**values))
            runtime.forget(unit, listed=True)
        return [values["id"] for values in courses]

    runtime.lists.drop(LISTS)
    return insert_all
