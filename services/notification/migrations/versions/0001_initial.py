"""First release's tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from edu_common.events.schema import create_tables

revision = "0001"
down_revision = None

NOW = sa.text("clock_timestamp()")
TIME = sa.DateTime(timezone=True)
QUEUED = sa.text("status = 'queued'")
NEWEST_OF_USER = ["user_id", sa.text("created_at DESC"), sa.text("id DESC")]
NOTIFICATION_TYPES = (
    "enrollment.created",
    "enrollment.revoked",
    "enrollment.completed",
    "user.teacher_verified",
    "user.teacher_rejected",
    "review.created",
    "announcement",
)
MAIL_TYPES = (
    "email_verification",
    "password_reset",
    "user.teacher_verified",
    "user.teacher_rejected",
    "payment.completed",
    "payment.refunded",
    "enrollment.created",
    "enrollment.completed",
    "review.created",
)


def upgrade() -> None:
    create_tables()
    create_recipients()
    create_notifications()
    create_mail_preferences()
    create_mails()


def one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"ck_{table}_{column}")


def create_recipients() -> None:
    op.create_table(
        "recipients",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text),
        sa.Column("locale", sa.Text, nullable=False, server_default="en"),
        one_of("recipients", "role", ("student", "teacher", "admin")),
        one_of("recipients", "locale", ("en", "ru")),
    )
    op.create_index("ix_recipients_role", "recipients", ["role"])


def create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("is_read", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("event_id", sa.Uuid, nullable=False),
        one_of("notifications", "type", NOTIFICATION_TYPES),
    )
    op.create_index("uq_notifications_event_id_user_id", "notifications", ["event_id", "user_id"], unique=True)
    op.create_index("ix_notifications_newest", "notifications", NEWEST_OF_USER)
    op.create_index("ix_notifications_unread", "notifications", NEWEST_OF_USER, postgresql_where=sa.text("NOT is_read"))


def create_mail_preferences() -> None:
    op.create_table(
        "mail_preferences",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("type", sa.Text, primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        one_of("mail_preferences", "type", MAIL_TYPES),
    )


def create_mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="queued"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", TIME, nullable=False, server_default=NOW),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("last_error", sa.Text),
        sa.UniqueConstraint("event_id", name="uq_mails_event_id"),
        one_of("mails", "type", MAIL_TYPES),
        one_of("mails", "status", ("queued", "sent", "dropped")),
        sa.CheckConstraint("attempts >= 0", name="ck_mails_attempts"),
    )
    op.create_index("ix_mails_due", "mails", ["next_attempt_at"], postgresql_where=QUEUED)
    op.create_index("ix_mails_waiting", "mails", ["user_id"], postgresql_where=QUEUED)
    op.create_index("ix_mails_finished", "mails", ["created_at"], postgresql_where=sa.text("status <> 'queued'"))
