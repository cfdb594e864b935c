"""Notifications of payments that refunded themselves."""

from alembic import op

revision = "0005"
down_revision = "0004"

TYPES = (
    "enrollment.created",
    "enrollment.revoked",
    "enrollment.completed",
    "user.teacher_verified",
    "user.teacher_rejected",
    "review.created",
    "review.hidden",
    "review.restored",
    "course.taken_down",
    "course.restored",
    "payment.refunded",
    "announcement",
)


def upgrade() -> None:
    listed = ", ".join(f"'{value}'" for value in TYPES)
    op.drop_constraint("ck_notifications_type", "notifications", type_="check")
    op.create_check_constraint(op.f("ck_notifications_type"), "notifications", f"type IN ({listed})")
