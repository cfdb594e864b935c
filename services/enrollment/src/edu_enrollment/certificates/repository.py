"""Certificates in the database."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.pagination import Cursors, PageParams, Slice, by_newest, paginate
from edu_common.ids import utc_now
from edu_enrollment.certificates.schemas import CertificateRead
from edu_enrollment.models import Certificate, CourseOutline, Enrollment, EnrollmentStatus
from edu_enrollment.progress.repository import COMPLETED_LESSONS, TOTAL_LESSONS

VALID = (Enrollment.status != EnrollmentStatus.REVOKED).label("valid")
PRINTED = (
    Certificate.code,
    Certificate.student_name,
    Certificate.course_title,
    Certificate.teacher_name,
    Certificate.completed_at,
    VALID,
)


@dataclass(frozen=True)
class Finished:
    """An enrollment that just became completed."""

    student_id: UUID
    course_id: UUID
    student_name: str
    course_title: str
    teacher_name: str


async def finish(session: AsyncSession, enrollment_id: UUID) -> Finished | None:
    """Make the enrollment completed if all lessons of the course are; None when not, or when it was before."""
    finished = (
        update(Enrollment)
        .where(
            Enrollment.id == enrollment_id,
            Enrollment.status == EnrollmentStatus.IN_PROGRESS,
            Enrollment.course_id == CourseOutline.course_id,
            TOTAL_LESSONS > 0,
            COMPLETED_LESSONS == TOTAL_LESSONS,
        )
        .values(status=EnrollmentStatus.COMPLETED)
        .returning(
            Enrollment.student_id,
            Enrollment.course_id,
            Enrollment.student_name,
            CourseOutline.title,
            CourseOutline.teacher_name,
        )
    )
    row = (await session.execute(finished)).one_or_none()
    return Finished(*row) if row else None


async def add(session: AsyncSession, enrollment_id: UUID, code: str, finished: Finished) -> None:
    await session.execute(
        insert(Certificate).values(
            enrollment_id=enrollment_id,
            code=code,
            student_name=finished.student_name,
            course_title=finished.course_title,
            teacher_name=finished.teacher_name,
            completed_at=utc_now(),
        )
    )


async def get(session: AsyncSession, code: str) -> CertificateRead | None:
    query = select(*PRINTED).select_from(Certificate).join(Enrollment).where(Certificate.code == code)
    row = (await session.execute(query)).one_or_none()
    return CertificateRead.model_validate(row) if row else None


async def list_of_student(session: AsyncSession, cursors: Cursors, params: PageParams, student_id: UUID) -> Slice:
    query = (
        select(*PRINTED, Enrollment.course_id, CourseOutline.slug.label("course_slug"))
        .select_from(Certificate)
        .join(Enrollment)
        .join(CourseOutline)
        .where(Enrollment.student_id == student_id)
    )
    newest = by_newest(Certificate.completed_at, Certificate.enrollment_id)
    scope = {"list": "my-certificates", "student": str(student_id)}
    return await paginate(session, query, keys=newest, params=params, cursors=cursors, scope=scope)
