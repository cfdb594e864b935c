"""Events of others, and what each changes here."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import after_commit, connection_of
from edu_common.events import Event, Handlers
from edu_course.context import CourseContext
from edu_course.courses import repository as courses
from edu_course.people import repository as people
from edu_course.reviews import repository as reviews

ERASED_NAME = ""


def handlers(app: CourseContext) -> Handlers:
    """What the service does with each event that it takes."""

    async def verified(session: AsyncSession, event: Event) -> None:
        await people.save_verified(session, UUID(event.data["user_id"]))

    async def renamed(session: AsyncSession, event: Event) -> None:
        await _rename(app, session, UUID(event.data["user_id"]), event.data["name"])

    async def erased(session: AsyncSession, event: Event) -> None:
        await _rename(app, session, UUID(event.data["user_id"]), ERASED_NAME)

    async def enrolled(session: AsyncSession, event: Event) -> None:
        await _count(app, session, UUID(event.data["course_id"]), 1)

    async def revoked(session: AsyncSession, event: Event) -> None:
        student_id, course_id = UUID(event.data["student_id"]), UUID(event.data["course_id"])
        await _count(app, session, course_id, -1)
        after_commit(session, lambda: app.enrollments.forget(student_id, course_id))

    return {
        "user.teacher_verified": verified,
        "user.renamed": renamed,
        "user.erased": erased,
        "enrollment.created": enrolled,
        "enrollment.revoked": revoked,
    }


async def _rename(app: CourseContext, session: AsyncSession, user_id: UUID, name: str) -> None:
    """Correct every copy of a user's name; their token may bring the old one for a while yet."""
    await people.save_name(session, user_id, name)
    for course in await courses.rename_teacher(session, user_id, name):
        app.forget(session, course.id, course.slug, listed=True)
    app.forget(session, *await reviews.rename_author(session, user_id, name), listed=False)


async def _count(app: CourseContext, session: AsyncSession, course_id: UUID, step: int) -> None:
    slug = await courses.count_enrollment(await connection_of(session), course_id, step)
    if slug is not None:
        app.forget(session, course_id, slug, listed=False)
