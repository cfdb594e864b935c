"""Users who were erased, so that nothing that was under way then brings them back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "erased_users",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("clock_timestamp()")),
    )
    op.add_column("notifications", sa.Column("about_user_id", sa.Uuid))
    about = sa.text("about_user_id IS NOT NULL")
    op.create_index("ix_notifications_about_user_id", "notifications", ["about_user_id"], postgresql_where=about)
    # Queued mails are composed from their data; no other ones need them.
    op.execute("UPDATE mails SET data = '{}' WHERE status <> 'queued'")
