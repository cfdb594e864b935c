"""Rosters in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.pagination import Cursors, PageParams, Slice, after, by_newest, paginate
from edu_enrollment.models import CourseOutline, Enrollment, EnrollmentStatus
from edu_enrollment.progress.repository import LESSON_COUNTS

NEWEST = by_newest(Enrollment.enrolled_at, Enrollment.id)


def _students(course_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Enrollment.id,
            Enrollment.student_id,
            Enrollment.student_name.label("name"),
            Enrollment.enrolled_at,
            Enrollment.last_activity_at,
            *LESSON_COUNTS,
        )
        .select_from(Enrollment)
        .join(CourseOutline)
        .where(Enrollment.course_id == course_id, Enrollment.status != EnrollmentStatus.REVOKED)
    )


async def page(session: AsyncSession, cursors: Cursors, params: PageParams, course_id: UUID) -> Slice:
    scope = {"list": "roster", "course": str(course_id)}
    return await paginate(session, _students(course_id), keys=NEWEST, params=params, cursors=cursors, scope=scope)


async def batch(session: AsyncSession, course_id: UUID, last: Row[Any] | None, limit: int) -> Sequence[Row[Any]]:
    """The `limit` students that follow `last` in the roster's order."""
    query = _students(course_id).order_by(*(key.order for key in NEWEST)).limit(limit)
    if last:
        query = query.where(after(NEWEST, [last.enrolled_at.isoformat(), str(last.id)]))
    return (await session.execute(query)).all()
