"""SQL of snapshots of courses."""

from uuid import UUID

from sqlalchemy import Executable, Uuid, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import array, insert

from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.events import erasure
from edu_enrollment.courses.schemas import Course
from edu_enrollment.models import CourseSnapshot, CourseStatus
from edu_enrollment.people.repository import current_name

BY_ID = select(CourseSnapshot.__table__).where(CourseSnapshot.course_id == bindparam("course_id"))


async def get(connection: Connection, course_id: UUID) -> Course | None:
    row = await connection.first(BY_ID, course_id=course_id)
    return Course.model_validate(dict(row)) if row else None


HOLD = BY_ID.with_for_update(read=True)


async def hold(unit: UnitOfWork, course_id: UUID) -> Course | None:
    """Return the snapshot of the course, locked against changes until the transaction ends."""
    row = await unit.first(HOLD, course_id=course_id)
    return Course.model_validate(dict(row)) if row else None


def _upsert() -> Executable:
    values = binds(Course.model_fields)
    statement = insert(CourseSnapshot).values({**values, "teacher_name": current_name("teacher_id", "teacher_name")})
    new = statement.excluded
    is_newer = and_(
        CourseSnapshot.status != CourseStatus.DELETED,
        or_(CourseSnapshot.version < new.version, new.status == CourseStatus.DELETED),
    )
    changes = {name: new[name] for name in values if name != "course_id"}
    return statement.on_conflict_do_update(index_elements=["course_id"], set_=changes, where=is_newer)


UPSERT = _upsert()


async def upsert(unit: UnitOfWork, course: Course) -> None:
    """Save `course` if it is newer than the snapshot; a deleted course stays deleted."""
    await erasure.lock_shared(unit, course.teacher_id)
    await unit.execute(UPSERT, **course.model_dump())


REMOVE_LESSON = (
    update(CourseSnapshot)
    .where(CourseSnapshot.course_id == bindparam("of_course"))
    .values(lesson_ids=func.array_remove(CourseSnapshot.lesson_ids, bindparam("lesson_id", type_=Uuid)))
)


async def remove_lesson(unit: UnitOfWork, course_id: UUID, lesson_id: UUID) -> None:
    await unit.execute(REMOVE_LESSON, of_course=course_id, lesson_id=lesson_id)


HAS_LESSON = CourseSnapshot.lesson_ids.contains(array([bindparam("lesson_id", type_=Uuid)]))
IS_LESSON_OF_PUBLISHED = (
    select(CourseSnapshot.course_id).where(HAS_LESSON, CourseSnapshot.status == CourseStatus.PUBLISHED).limit(1)
)


async def is_lesson_of_published_course(connection: Connection, lesson_id: UUID) -> bool:
    """Return whether a published course has the lesson.

    Reads all courses in some ten milliseconds: it only chooses the right error, so an index would not pay off.
    """
    return await connection.scalar(IS_LESSON_OF_PUBLISHED, lesson_id=lesson_id) is not None
