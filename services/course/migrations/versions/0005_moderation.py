"""Courses that an admin took down, and reports of courses and reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.add_column("courses", sa.Column("taken_down_from", sa.Text))
    op.add_column("courses", sa.Column("taken_down_reason", sa.Text, nullable=False, server_default=""))
    op.add_column("courses", sa.Column("taken_down_access", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_check_constraint(
        op.f("ck_courses_taken_down_from"), "courses", "taken_down_from IN ('draft', 'published', 'archived')"
    )
    op.create_index("ix_courses_created_at_id", "courses", ["created_at", "id"])
    op.create_index("ix_reviews_created_at_id", "reviews", ["created_at", "id"])
    create_reports()


def create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("target_id", sa.Uuid, nullable=False),
        sa.Column("author_id", sa.Uuid, nullable=False),
        sa.Column("reporter_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False, server_default=""),
        sa.Column("status", sa.Text, nullable=False, server_default="open"),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", TIME),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], ondelete="CASCADE", name="fk_reports_course_id_courses"),
        sa.UniqueConstraint("reporter_id", "target_id", name="uq_reports_reporter_id_target_id"),
        sa.CheckConstraint("type IN ('course', 'review')", name=op.f("ck_reports_type")),
        sa.CheckConstraint("status IN ('open', 'dismissed', 'hidden', 'removed')", name=op.f("ck_reports_status")),
    )
    op.create_index("ix_reports_created_at_id", "reports", ["created_at", "id"])
    op.create_index("ix_reports_open", "reports", ["target_id"], postgresql_where=sa.text("status = 'open'"))
    op.create_index("ix_reports_author_id", "reports", ["author_id"])
    op.create_index("ix_reports_course_id", "reports", ["course_id"])
