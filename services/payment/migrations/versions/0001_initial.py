"""First release's tables."""

import sqlalchemy as sa
from alembic import op

from edu_common.events.schema import create_tables

revision = "0001"
down_revision = None

NOW = sa.text("clock_timestamp()")
TIME = sa.DateTime(timezone=True)
MONEY = sa.Numeric(10, 2)


def upgrade() -> None:
    create_tables()
    create_payments()
    create_mock_charges()


def create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("student_id", sa.Uuid, nullable=False),
        sa.Column("student_name", sa.Text, nullable=False),
        sa.Column("course_id", sa.Uuid, nullable=False),
        sa.Column("course_title", sa.Text, nullable=False),
        sa.Column("teacher_id", sa.Uuid, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("refund_reason", sa.Text),
        sa.Column("check_at", TIME),
        sa.Column("idempotency_key", sa.Text),
        sa.Column("request_hash", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.Column("completed_at", TIME),
        sa.Column("refunded_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("student_id", "idempotency_key", name="uq_payments_student_id_idempotency_key"),
        sa.CheckConstraint(
            "state IN ('charging', 'awaiting', 'failed', 'completed', 'refund_pending', 'refunded')",
            name="ck_payments_state",
        ),
        sa.CheckConstraint("amount > 0", name="ck_payments_amount"),
        sa.CheckConstraint(
            "(state IN ('charging', 'refund_pending')) = (check_at IS NOT NULL)", name="ck_payments_check_at"
        ),
        sa.CheckConstraint(
            "state NOT IN ('completed', 'refund_pending') OR completed_at IS NOT NULL",
            name="ck_payments_completed_at",
        ),
        sa.CheckConstraint("(state = 'refunded') = (refunded_at IS NOT NULL)", name="ck_payments_refunded_at"),
    )
    op.create_index(
        "ix_payments_one_per_course",
        "payments",
        ["student_id", "course_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('charging', 'completed', 'refund_pending')"),
    )
    op.create_index("ix_payments_check_at", "payments", ["check_at"], postgresql_where=sa.text("check_at IS NOT NULL"))
    op.create_index("ix_payments_created_at_id", "payments", ["created_at", "id"])
    op.create_index("ix_payments_student_id_created_at_id", "payments", ["student_id", "created_at", "id"])
    op.create_index("ix_payments_course_id_created_at_id", "payments", ["course_id", "created_at", "id"])


def create_mock_charges() -> None:
    op.create_table(
        "mock_charges",
        sa.Column("idempotency_key", sa.Uuid, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False, server_default=NOW),
        sa.PrimaryKeyConstraint("idempotency_key", name="pk_mock_charges"),
        sa.CheckConstraint("state IN ('awaiting', 'failed', 'completed', 'refunded')", name="ck_mock_charges_state"),
        sa.CheckConstraint("amount > 0", name="ck_mock_charges_amount"),
    )
