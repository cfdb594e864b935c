"""SQL of the names of users who changed theirs."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.models import COLUMN_TYPES, binds
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import erasure
from edu_enrollment.models import Certificate, CourseSnapshot, Enrollment, UserName


def current_name(user_id: str, given: str) -> ColumnElement[str]:
    """Return the user's current name, as an expression to write; the given one if they never changed it.

    The caller has locked the user by `erasure.lock_shared`. Both arguments are names of the statement's parameters.
    """
    renamed = select(UserName.name).where(UserName.user_id == bindparam(user_id)).scalar_subquery()
    return func.coalesce(renamed, bindparam(given, type_=COLUMN_TYPES[str]))


_insert = insert(UserName).values(binds(("user_id", "name")))
RENAME = _insert.on_conflict_do_update(index_elements=["user_id"], set_={"name": _insert.excluded.name})
RENAME_STUDENT = (
    update(Enrollment).where(Enrollment.student_id == bindparam("user_id")).values(student_name=bindparam("name"))
)
RENAME_TEACHER = (
    update(CourseSnapshot)
    .where(CourseSnapshot.teacher_id == bindparam("user_id"))
    .values(teacher_name=bindparam("name"))
)


async def rename(unit: UnitOfWork, user_id: UUID, name: str) -> None:
    """Save a new name and update every copy except those on certificates."""
    await erasure.lock(unit, user_id)
    for statement in (RENAME, RENAME_STUDENT, RENAME_TEACHER):
        await unit.execute(statement, user_id=user_id, name=name)


ERASE_CERTIFICATES = (
    update(Certificate)
    .where(Certificate.enrollment_id == Enrollment.id, Enrollment.student_id == bindparam("user_id"))
    .values(student_name="")
)


async def erase(unit: UnitOfWork, user_id: UUID) -> None:
    """Remove the user's name from every copy, their own certificates too; what they did stays without a name."""
    await rename(unit, user_id, "")
    await unit.execute(ERASE_CERTIFICATES, user_id=user_id)
    await erasure.erase_published(unit, user_id)
