"""Events that the course service publishes, and their subscribers."""

from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Routes, publish
from edu_course.courses import repository as courses
from edu_course.models import Course, Review

ROUTES: Routes = {
    "course.published": ("enrollment",),
    "course.updated": ("enrollment",),
    "course.archived": ("enrollment",),
    "course.deleted": ("enrollment",),
    "lesson.deleted": ("enrollment",),
    "review.created": ("notification",),
}


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


async def publish_lesson_deleted(unit: UnitOfWork, course_id: UUID, lesson_id: UUID) -> None:
    data = {"course_id": course_id, "lesson_id": lesson_id}
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
