"""Tables of the enrollment service."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, UniqueConstraint, Uuid, and_, false, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edu_common.database.models import COLUMN_TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


class CourseStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


class EnrollmentStatus(StrEnum):
    ENROLLED = "enrolled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    REVOKED = "revoked"


class RefusalCause(StrEnum):
    """Why a completed payment cannot open a course, so that the payment service refunds it."""

    COURSE_DELETED = "course_deleted"
    ALREADY_ENROLLED = "already_enrolled"


def status_of(values: type[StrEnum]) -> Enum:
    """Return the column type of an enumeration: text with a check constraint."""
    return Enum(values, name="status", native_enum=False, create_constraint=True, length=None, values_callable=list)


class CourseSnapshot(Base):
    """This service's copy of a course, from the course service's events and responses.

    A deleted course stays as a row, so that a late response cannot restore it and the event of a payment that was in
    progress still finds it.
    """

    __tablename__ = "course_outlines"
    __table_args__ = (Index("ix_course_outlines_teacher_id", "teacher_id"),)

    course_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    teacher_id: Mapped[UUID]
    teacher_name: Mapped[str]
    title: Mapped[str]
    slug: Mapped[str]
    status: Mapped[CourseStatus] = mapped_column(status_of(CourseStatus))
    is_free: Mapped[bool]
    lesson_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class Enrollment(Base):
    """One student in one course. A course that is bought again after a refund reuses its old row.

    `furthest_percent` is the highest progress that was ever reached, counting lessons unmarked since.
    """

    __tablename__ = "enrollments"
    __table_args__ = (
        UniqueConstraint("student_id", "course_id"),
        UniqueConstraint("payment_id"),
        Index("ix_enrollments_student_id_enrolled_at_id", "student_id", "enrolled_at", "id"),
        # The roster of a course in its order; counting its students reads only this index.
        Index("ix_enrollments_roster", "course_id", "enrolled_at", "id", postgresql_where=text("status <> 'revoked'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID]
    student_name: Mapped[str]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course_outlines.course_id"))
    payment_id: Mapped[UUID | None]
    paid_at: Mapped[datetime | None]
    status: Mapped[EnrollmentStatus] = mapped_column(status_of(EnrollmentStatus))
    enrolled_at: Mapped[datetime]
    last_lesson_id: Mapped[UUID | None]
    last_activity_at: Mapped[datetime | None]
    furthest_percent: Mapped[int] = mapped_column(server_default="0")


class LessonProgress(Base):
    """A student's progress in a lesson: finished it, watched its video up to a second, or both.

    `unmarked` says that it was finished once and its mark removed.
    """

    __tablename__ = "lesson_progress"
    __table_args__ = (CheckConstraint("seconds >= 0", name="seconds"),)

    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(primary_key=True)
    completed_at: Mapped[datetime | None]
    seconds: Mapped[int | None]
    unmarked: Mapped[bool] = mapped_column(server_default=false())
    video_url: Mapped[str | None]


class Certificate(Base):
    """Names and title as they were when the certificate was issued; later changes do not affect it.

    One issued before a refund is not current: buying the course again does not make it valid again.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        Index("ix_certificates_current", "enrollment_id", unique=True, postgresql_where=text("is_current")),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    enrollment_id: Mapped[UUID] = mapped_column(ForeignKey("enrollments.id", ondelete="CASCADE"))
    student_name: Mapped[str]
    course_title: Mapped[str]
    teacher_name: Mapped[str]
    completed_at: Mapped[datetime]
    is_current: Mapped[bool] = mapped_column(server_default=true())


OF_ENROLLMENT = and_(Certificate.enrollment_id == Enrollment.id, Certificate.is_current)
"""The join condition between a certificate and its enrollment."""


@dataclass(frozen=True)
class Finished:
    """An enrollment that was just completed."""

    enrollment_id: UUID
    student_id: UUID
    course_id: UUID
    student_name: str
    course_title: str
    teacher_id: UUID
    teacher_name: str


class UserName(Base):
    """The names of users who changed theirs: newer than those in older access tokens and events."""

    __tablename__ = "user_names"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
