"""First release's tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from edu_common.events.schema import create_tables

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")
APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    create_tables()
    create_users()
    create_sessions()
    create_one_time_tokens()
    create_login_failures()
    create_audit_entries()


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("password_changed_at", TIME, nullable=False, server_default=NOW),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("bio", sa.Text, nullable=False, server_default=""),
        sa.Column("locale", sa.Text, nullable=False, server_default="en"),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("is_verified", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("email_verified", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("application", sa.Text),
        sa.Column("rejection_reason", sa.Text),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email_key", name="uq_users_email_key"),
        sa.CheckConstraint("role IN ('student', 'teacher', 'admin')", name="ck_users_role"),
        sa.CheckConstraint("locale IN ('en', 'ru')", name="ck_users_locale"),
        sa.CheckConstraint("role = 'teacher' OR NOT is_verified", name="ck_users_verified"),
    )
    op.create_index("ix_users_created_at_id", "users", ["created_at", "id"])
    pending = "role = 'teacher' AND NOT is_verified AND is_active AND rejection_reason IS NULL"
    op.create_index("ix_users_pending", "users", ["created_at", "id"], postgresql_where=sa.text(pending))
    admins = sa.text("role = 'admin' AND is_active")
    op.create_index("ix_users_admins", "users", ["id"], postgresql_where=admins)


def create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id_users", ondelete="CASCADE"),
    )
    op.create_index("ix_sessions_user_id_last_used_at_id", "sessions", ["user_id", "last_used_at", "id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", postgresql.BYTEA, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("replaced_at", TIME),
        sa.PrimaryKeyConstraint("token_hash", name="pk_refresh_tokens"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="fk_refresh_tokens_session_id_sessions", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_refresh_tokens_session_id", "refresh_tokens", ["session_id"])


def create_one_time_tokens() -> None:
    op.create_table(
        "one_time_tokens",
        sa.Column("token_hash", postgresql.BYTEA, nullable=False),
        sa.Column("user_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_one_time_tokens"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_one_time_tokens_user_id_users", ondelete="CASCADE"),
        sa.CheckConstraint("purpose IN ('email_verification', 'password_reset')", name="ck_one_time_tokens_purpose"),
    )
    op.create_index("ix_one_time_tokens_user_id", "one_time_tokens", ["user_id"])
    op.create_index("ix_one_time_tokens_expires_at", "one_time_tokens", ["expires_at"])


def create_login_failures() -> None:
    op.create_table(
        "login_failures",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("account", "client", name="pk_login_failures"),
        sa.CheckConstraint("failures > 0", name="ck_login_failures_failures"),
    )
    op.create_index("ix_login_failures_ends_at", "login_failures", ["ends_at"])


def create_audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("actor", sa.Uuid),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("target", sa.Uuid),
        sa.Column("detail", postgresql.JSONB, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_created_at_id", "audit_entries", ["created_at", "id"])
    op.create_index("ix_audit_entries_actor_created_at_id", "audit_entries", ["actor", "created_at", "id"])
    op.create_index("ix_audit_entries_target_created_at_id", "audit_entries", ["target", "created_at", "id"])
    op.execute(APPEND_ONLY)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entries "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
