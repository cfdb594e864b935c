"""The tables of events and revocations as the first migration of every service creates them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create_tables() -> None:
    """Create the tables as of release 0.2.0; later changes are migrations of their own."""
    now = sa.text("clock_timestamp()")
    time = sa.DateTime(timezone=True)
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("data", postgresql.JSONB, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", time, nullable=False, server_default=now),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
    )
    op.create_table(
        "outbox_deliveries",
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("outbox.seq", ondelete="CASCADE"), primary_key=True),
        sa.Column("subscriber", sa.Text, primary_key=True),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", time, nullable=False, server_default=now),
        sa.Column("delivered_at", time),
        sa.Column("last_error", sa.Text),
    )
    undelivered = sa.text("delivered_at IS NULL")
    op.create_index(
        "ix_outbox_deliveries_due", "outbox_deliveries", ["subscriber", "seq"], postgresql_where=undelivered
    )
    op.create_index(
        "ix_outbox_deliveries_order",
        "outbox_deliveries",
        ["subscriber", "subject", "seq"],
        postgresql_where=undelivered,
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("received_at", time, nullable=False, server_default=now, index=True),
    )
    op.create_table(
        "access_revocations",
        sa.Column("subject", sa.Uuid, primary_key=True),
        sa.Column("revoked_before", time, nullable=False, index=True),
    )
