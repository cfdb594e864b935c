"""One open payment per student and course: pending ones count too, and of those there are the newest stays."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SUPERSEDE = """
    UPDATE payments SET state = 'failed', failure = 'superseded' WHERE id IN (
        SELECT id FROM (
            SELECT id, state, row_number() OVER (
                PARTITION BY student_id, course_id ORDER BY state = 'awaiting', created_at DESC, id DESC
            ) AS position
            FROM payments WHERE state IN ('charging', 'awaiting', 'completed', 'refund_pending')
        ) open WHERE position > 1 AND state = 'awaiting'
    )
"""
END_CHARGES = """
    UPDATE mock_charges SET state = 'failed' FROM payments
    WHERE payments.id = mock_charges.idempotency_key AND failure = 'superseded' AND mock_charges.state = 'awaiting'
"""


def upgrade() -> None:
    op.add_column("payments", sa.Column("refund_cause", sa.Text))
    op.create_check_constraint(
        op.f("ck_payments_refund_cause"),
        "payments",
        "refund_cause IN ('already_paid', 'already_enrolled', 'course_deleted')",
    )
    op.execute(SUPERSEDE)
    op.execute(END_CHARGES)
    op.drop_index("ix_payments_one_per_course", "payments")
    op.create_index(
        "ix_payments_one_per_course",
        "payments",
        ["student_id", "course_id"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('charging', 'awaiting', 'completed', 'refund_pending')"
            " AND refund_cause IS DISTINCT FROM 'already_paid'"
        ),
    )
    op.create_table(
        "continued_requests",
        sa.Column("student_id", sa.Uuid, nullable=False),
        sa.Column("idempotency_key", sa.Text, nullable=False),
        sa.Column("request_hash", sa.Text, nullable=False),
        sa.Column(
            "payment_id",
            sa.Uuid,
            sa.ForeignKey("payments.id", ondelete="CASCADE", name=op.f("fk_continued_requests_payment_id_payments")),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("student_id", "idempotency_key", name=op.f("pk_continued_requests")),
    )
    op.create_index("ix_continued_requests_payment_id", "continued_requests", ["payment_id"])
