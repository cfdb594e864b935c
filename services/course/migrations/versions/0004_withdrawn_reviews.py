"""Reviews of refunded buyers leave the list and the average; who was refunded is remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("reviews", sa.Column("withdrawn", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "revoked_enrollments",
        sa.Column("student_id", sa.Uuid, primary_key=True),
        sa.Column(
            "course_id",
            sa.Uuid,
            sa.ForeignKey("courses.id", ondelete="CASCADE", name=op.f("fk_revoked_enrollments_course_id_courses")),
            primary_key=True,
        ),
    )
    op.create_index("ix_revoked_enrollments_course_id", "revoked_enrollments", ["course_id"])
