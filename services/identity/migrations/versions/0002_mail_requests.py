"""Requested mails, counted so that no one can flood a mailbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "mail_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_requests"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_mail_requests_user_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("purpose IN ('email_verification', 'password_reset')", name="ck_mail_requests_purpose"),
    )
    op.create_index("ix_mail_requests_user_id", "mail_requests", ["user_id"])
    op.create_index("ix_mail_requests_expires_at", "mail_requests", ["expires_at"])
