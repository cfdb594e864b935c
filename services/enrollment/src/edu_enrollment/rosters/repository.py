"""SQL of rosters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, bindparam, select

from edu_common.database.executor import Row
from edu_common.database.pagination import Cursors, Listing, PageParams, Slice, by_newest, follows
from edu_common.database.unit_of_work import Connection
from edu_enrollment.models import CourseSnapshot, Enrollment, EnrollmentStatus
from edu_enrollment.progress.repository import LESSON_COUNTS

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
ROSTER = Listing(STUDENTS, NEWEST)


async def page(connection: Connection, cursors: Cursors, params: PageParams, course_id: UUID) -> Slice:
    scope = {"list": "roster", "course": str(course_id)}
    return await ROSTER.paginate(connection, params, cursors, scope, course_id=course_id)


FIRST_BATCH = STUDENTS.order_by(*(key.order for key in NEWEST)).limit(bindparam("limit", type_=Integer))
NEXT_BATCH = FIRST_BATCH.where(
    follows(NEWEST, [bindparam("enrolled_at", type_=DateTime(timezone=True)), bindparam("id", type_=Uuid)])
)


async def batch(connection: Connection, course_id: UUID, last: tuple[datetime, UUID] | None, limit: int) -> list[Row]:
    """Return the `limit` students after the one with this enrollment time and id, in the roster's order."""
    if last is None:
        return await connection.all(FIRST_BATCH, course_id=course_id, limit=limit)
    return await connection.all(NEXT_BATCH, course_id=course_id, limit=limit, enrolled_at=last[0], id=last[1])
