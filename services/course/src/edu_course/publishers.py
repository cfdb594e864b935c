"""Events that the course service publishes, and their subscribers."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Routes, admin_actions, publish
from edu_course.courses import repository as courses
from edu_course.models import Course, Review

ROUTES: Routes = {
    "course.published": ("enrollment",),
    "course.updated": ("enrollment",),
    "course.archived": ("enrollment",),
    "course.deleted": ("enrollment",),
    "lesson.deleted": ("enrollment",),
    "review.created": ("notification",),
    "review.hidden": ("notification",),
    "review.restored": ("notification",),
    "course.taken_down": ("notification",),
    "course.restored": ("notification",),
    admin_actions.ADMIN_ACTED: ("identity",),
}


class AdminAction(StrEnum):
    COURSE_UNPUBLISHED = "course.unpublished"
    COURSE_ARCHIVED = "course.archived"
    COURSE_TAKEN_DOWN = "course.taken_down"
    COURSE_RESTORED = "course.restored"
    REVIEW_HIDDEN = "review.hidden"
    REVIEW_RESTORED = "review.restored"
    REVIEW_REMOVED = "review.removed"
    REPORT_DECIDED = "report.decided"


async def publish_course(unit: UnitOfWork, event_type: str, course: Course) -> None:
    """Publish the complete state of a course, so that the newest version replaces all earlier ones."""
    data = {
        "course_id": course.id,
        "version": course.version,
        "teacher_id": course.teacher_id,
        "teacher_name": course.teacher_name,
        "title": course.title,
        "slug": course.slug,
        "status": course.status,
        "is_free": course.is_free,
        "lesson_ids": await courses.lesson_ids(unit, course.id),
    }
    await publish(unit, ROUTES, event_type, course.id, data)


async def publish_lessons_deleted(unit: UnitOfWork, course_id: UUID, lesson_ids: Sequence[UUID]) -> None:
    """Publish that lessons were deleted at once, after the event of the course without them.

    So a subscriber that reads `lesson_id` alone, as all do in release 0.2.0, also ends up without any of them.
    """
    data = {"course_id": course_id, "lesson_id": lesson_ids[0], "lesson_ids": lesson_ids}
    await publish(unit, ROUTES, "lesson.deleted", course_id, data)


async def publish_review_created(unit: UnitOfWork, course: Course, review: Review) -> None:
    data = {
        "review_id": review.id,
        "course_id": course.id,
        "course_title": course.title,
        "course_slug": course.slug,
        "teacher_id": course.teacher_id,
        "author_id": review.student_id,
        "author_name": review.author_name,
        "rating": review.rating,
    }
    await publish(unit, ROUTES, "review.created", course.id, data)


async def publish_review_hidden(
    unit: UnitOfWork, course: Course, review: Review, *, reason: str, removed: bool = False
) -> None:
    """Have the author notified that an admin hid the review or, if `removed`, deleted it."""
    data = _about_review(course, review) | {"reason": reason, "removed": removed}
    await publish(unit, ROUTES, "review.hidden", course.id, data)


async def publish_review_restored(unit: UnitOfWork, course: Course, review: Review) -> None:
    await publish(unit, ROUTES, "review.restored", course.id, _about_review(course, review))


async def publish_taken_down(unit: UnitOfWork, course: Course, *, reason: str, access: bool) -> None:
    """Have the teacher notified that an admin took the course down, and why."""
    data = _about_course(course) | {"reason": reason, "access": access}
    await publish(unit, ROUTES, "course.taken_down", course.id, data)


async def publish_restored(unit: UnitOfWork, course: Course) -> None:
    await publish(unit, ROUTES, "course.restored", course.id, _about_course(course) | {"status": course.status})


def _about_course(course: Course) -> dict[str, Any]:
    """Return the data of an event about a course whose teacher is the `user_id` to notify."""
    named = {"course_title": course.title, "course_slug": course.slug}
    return {"user_id": course.teacher_id, "course_id": course.id, **named}


def _about_review(course: Course, review: Review) -> dict[str, Any]:
    return _about_course(course) | {"user_id": review.student_id, "review_id": review.id}


async def publish_admin_action(
    unit: UnitOfWork, admin: Claims, action: AdminAction, target: UUID, **detail: Any
) -> None:
    await admin_actions.publish_admin_action(unit, ROUTES, admin, action, target, **detail)
