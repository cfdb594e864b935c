"""Handlers of other services' events."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from edu_common.auth.access_tokens import Role
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Event, Subscriptions, erasure
from edu_course import people
from edu_course.context import CourseContext
from edu_course.courses import repository as courses
from edu_course.courses import service as course_service
from edu_course.moderation import repository as reports
from edu_course.reviews import repository as review_rows
from edu_course.reviews import service as reviews

ERASED_NAME = ""


def subscriptions(app: CourseContext) -> Subscriptions:
    """Return the subscriptions of the service."""
    end_access = app.subscriptions["identity"]["user.access_changed"]

    async def on_access_changed(unit: UnitOfWork, event: Event) -> None:
        """Revoke the verification with the role; a user who becomes a teacher again must be verified again."""
        await end_access(unit, event)
        if event.data["role"] != Role.TEACHER:
            await people.remove_verified(unit, UUID(event.data["user_id"]))

    async def on_teacher_verified(unit: UnitOfWork, event: Event) -> None:
        await people.save_verified(unit, UUID(event.data["user_id"]))

    async def on_user_renamed(unit: UnitOfWork, event: Event) -> None:
        await _rename(app, unit, UUID(event.data["user_id"]), event.data["name"])

    async def on_user_erased(unit: UnitOfWork, event: Event) -> None:
        user_id = UUID(event.data["user_id"])
        await _rename(app, unit, user_id, ERASED_NAME)
        await people.remove_verified(unit, user_id)
        await course_service.archive_all(app, unit, user_id)
        await reports.erase(unit, user_id)
        await erasure.erase_published(unit, user_id)

    async def on_enrollment_created(unit: UnitOfWork, event: Event) -> None:
        await _count(app, unit, event, 1, reviews.restore)

    async def on_enrollment_revoked(unit: UnitOfWork, event: Event) -> None:
        student_id, course_id = UUID(event.data["student_id"]), UUID(event.data["course_id"])
        await _count(app, unit, event, -1, reviews.withdraw)
        unit.after_commit.append(lambda: app.enrollments.forget(student_id, course_id))

    return {
        "identity": {
            "user.access_changed": on_access_changed,
            "user.teacher_verified": on_teacher_verified,
            "user.renamed": on_user_renamed,
            "user.erased": on_user_erased,
        },
        "enrollment": {
            "enrollment.created": on_enrollment_created,
            "enrollment.revoked": on_enrollment_revoked,
        },
    }


async def _rename(app: CourseContext, unit: UnitOfWork, user_id: UUID, name: str) -> None:
    """Update every copy of a user's name; their access token may contain the old one for a while."""
    await people.save_name(unit, user_id, name)
    for course in await courses.rename_teacher(unit, user_id, name):
        app.forget(unit, course["id"], course["slug"], listed=True)
    app.forget(unit, *await review_rows.rename_author(unit, user_id, name), listed=False)


async def _count(
    app: CourseContext,
    unit: UnitOfWork,
    event: Event,
    step: int,
    change_review: Callable[[UnitOfWork, UUID, UUID], Awaitable[None]],
) -> None:
    """Add or remove an enrollment and the student's review from the counts; ignore a course deleted since."""
    student_id, course_id = UUID(event.data["student_id"]), UUID(event.data["course_id"])
    slug = await courses.count_enrollment(unit, course_id, step)
    if slug is not None:
        await change_review(unit, student_id, course_id)
        app.forget(unit, course_id, slug, listed=False)
