"""First release's tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from edu_common.events.schema import create_tables

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_tables()
    create_course_outlines()
    create_enrollments()
    create_lesson_progress()
    create_certificates()
    op.create_table(
        "user_names",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )


def create_course_outlines() -> None:
    op.create_table(
        "course_outlines",
        sa.Column("course_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("teacher_id", sa.Uuid, nullable=False),
        sa.Column("teacher_name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("is_free", sa.Boolean, nullable=False),
        sa.Column("lesson_ids", postgresql.ARRAY(sa.Uuid), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'archived', 'deleted')", name=op.f("ck_course_outlines_status")
        ),
    )
    op.create_index("ix_course_outlines_teacher_id", "course_outlines", ["teacher_id"])


def create_enrollments() -> None:
    op.create_table(
        "enrollments",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("student_id", sa.Uuid, nullable=False),
        sa.Column("student_name", sa.Text, nullable=False),
        sa.Column(
            "course_id",
            sa.Uuid,
            sa.ForeignKey("course_outlines.course_id", name=op.f("fk_enrollments_course_id_course_outlines")),
            nullable=False,
        ),
        sa.Column("payment_id", sa.Uuid),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("enrolled_at", TIME, nullable=False),
        sa.Column("last_lesson_id", sa.Uuid),
        sa.Column("last_activity_at", TIME),
        sa.UniqueConstraint("student_id", "course_id", name=op.f("uq_enrollments_student_id_course_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_enrollments_payment_id")),
        sa.CheckConstraint(
            "status IN ('enrolled', 'in_progress', 'completed', 'revoked')", name=op.f("ck_enrollments_status")
        ),
    )
    op.create_index("ix_enrollments_student_id_enrolled_at_id", "enrollments", ["student_id", "enrolled_at", "id"])
    op.create_index(
        "ix_enrollments_roster",
        "enrollments",
        ["course_id", "enrolled_at", "id"],
        postgresql_where=sa.text("status <> 'revoked'"),
    )


def create_lesson_progress() -> None:
    op.create_table(
        "lesson_progress",
        sa.Column(
            "enrollment_id",
            sa.Uuid,
            sa.ForeignKey(
                "enrollments.id", ondelete="CASCADE", name=op.f("fk_lesson_progress_enrollment_id_enrollments")
            ),
            primary_key=True,
        ),
        sa.Column("lesson_id", sa.Uuid, primary_key=True),
        sa.Column("completed_at", TIME),
        sa.Column("seconds", sa.Integer),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_lesson_progress_seconds")),
    )


def create_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column(
            "enrollment_id",
            sa.Uuid,
            sa.ForeignKey("enrollments.id", ondelete="CASCADE", name=op.f("fk_certificates_enrollment_id_enrollments")),
            primary_key=True,
        ),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("student_name", sa.Text, nullable=False),
        sa.Column("course_title", sa.Text, nullable=False),
        sa.Column("teacher_name", sa.Text, nullable=False),
        sa.Column("completed_at", TIME, nullable=False),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
    )
