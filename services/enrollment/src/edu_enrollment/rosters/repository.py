"""SQL of rosters."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Integer, Text, Uuid, bindparam, func, literal, select

from edu_common.database.executor import Row
from edu_common.database.pagination import Cursors, Key, Listing, PageParams, Slice, by_newest, follows
from edu_common.database.unit_of_work import Connection
from edu_enrollment.models import CourseSnapshot, Enrollment, EnrollmentStatus
from edu_enrollment.progress.repository import COMPLETED_LESSONS, LESSON_COUNTS
from edu_enrollment.rosters.schemas import Sort

NEWEST = by_newest(Enrollment.enrolled_at, Enrollment.id)
STUDENTS = (
    select(
        Enrollment.id,
        Enrollment.student_id,
        Enrollment.student_name.label("name"),
        Enrollment.enrolled_at,
        Enrollment.last_activity_at,
        *LESSON_COUNTS,
    )
    .select_from(Enrollment)
    .join(CourseSnapshot)
    .where(Enrollment.course_id == bindparam("course_id"), Enrollment.status != EnrollmentStatus.REVOKED)
)


def _folded(name: Any) -> ColumnElement[str]:
    """Return a name without its case; the collation is named, so that it does not depend on the database's locale."""
    return func.replace(func.lower(name.collate("pg_c_utf8")), "ё", "е", type_=Text)


NEVER = literal(datetime(1970, 1, 1, tzinfo=UTC), DateTime(timezone=True))
KEYS = {
    Sort.NEWEST: NEWEST,
    Sort.NAME: [Key(column=_folded(Enrollment.student_name)), Key(column=Enrollment.id, kind=UUID)],
    Sort.PROGRESS: [
        Key(column=COMPLETED_LESSONS, kind=int, descending=True),
        Key(column=Enrollment.id, kind=UUID, descending=True),
    ],
    Sort.ACTIVITY: [
        Key(column=func.coalesce(Enrollment.last_activity_at, NEVER), kind=datetime, descending=True),
        Key(column=Enrollment.id, kind=UUID, descending=True),
    ],
}


@cache
def _roster(sort: Sort, *, by_name: bool) -> Listing:
    has_name = func.strpos(_folded(Enrollment.student_name), _folded(bindparam("name", type_=Text))) > 0
    return Listing(STUDENTS.where(has_name) if by_name else STUDENTS, KEYS[sort])


async def page(
    connection: Connection, cursors: Cursors, params: PageParams, course_id: UUID, sort: Sort, name: str | None
) -> Slice:
    """Return a page of a course's students, all or those whose name contains `name`, ignoring case."""
    scope = {"list": "roster", "course": str(course_id), "sort": sort, "name": name}
    values: dict[str, Any] = {"course_id": course_id} | ({"name": name} if name else {})
    return await _roster(sort, by_name=bool(name)).paginate(connection, params, cursors, scope, **values)


FIRST_BATCH = STUDENTS.order_by(*(key.order for key in NEWEST)).limit(bindparam("limit", type_=Integer))
NEXT_BATCH = FIRST_BATCH.where(
    follows(NEWEST, [bindparam("enrolled_at", type_=DateTime(timezone=True)), bindparam("id", type_=Uuid)])
)


async def batch(connection: Connection, course_id: UUID, last: tuple[datetime, UUID] | None, limit: int) -> list[Row]:
    """Return the `limit` students after the one with this enrollment time and id, in the roster's order."""
    if last is None:
        return await connection.all(FIRST_BATCH, course_id=course_id, limit=limit)
    return await connection.all(NEXT_BATCH, course_id=course_id, limit=limit, enrolled_at=last[0], id=last[1])
