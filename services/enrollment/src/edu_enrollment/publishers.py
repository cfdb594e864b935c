"""Events that the enrollment service publishes, and who subscribes to each."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Routes, publish
from edu_enrollment.courses.schemas import Course
from edu_enrollment.models import Enrollment, Finished, RefusalCause

ROUTES: Routes = {
    "enrollment.created": ("course", "notification"),
    "enrollment.refused": ("payment",),
    "enrollment.revoked": ("course", "notification"),
    "enrollment.completed": ("notification",),
}


async def publish_created(unit: UnitOfWork, enrollment: Enrollment, course: Course) -> None:
    data = {
        "student_id": enrollment.student_id,
        "student_name": enrollment.student_name,
        "course_id": course.course_id,
        "course_title": course.title,
        "course_slug": course.slug,
        "teacher_id": course.teacher_id,
        "payment_id": enrollment.payment_id,
    }
    await _publish(unit, "enrollment.created", enrollment.id, data)


async def publish_refused(unit: UnitOfWork, payment_id: UUID, cause: RefusalCause) -> None:
    """Have the payment service refund a payment that cannot open its course."""
    await publish(unit, ROUTES, "enrollment.refused", payment_id, {"payment_id": payment_id, "cause": cause})


async def publish_revoked(
    unit: UnitOfWork, enrollment_id: UUID, student_id: UUID, course_id: UUID, course_title: str
) -> None:
    data = {"student_id": student_id, "course_id": course_id, "course_title": course_title}
    await _publish(unit, "enrollment.revoked", enrollment_id, data)


async def publish_completed(unit: UnitOfWork, finished: Finished, certificate_code: str) -> None:
    data = {**asdict(finished), "certificate_code": certificate_code}
    await _publish(unit, "enrollment.completed", finished.enrollment_id, data)


async def _publish(unit: UnitOfWork, event_type: str, enrollment_id: UUID, data: Mapping[str, Any]) -> None:
    await publish(unit, ROUTES, event_type, enrollment_id, {"enrollment_id": enrollment_id, **data})
