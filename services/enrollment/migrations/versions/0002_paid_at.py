"""When the payment that an enrollment rests on was completed, to tell a newer payment from an older one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("enrollments", sa.Column("paid_at", sa.DateTime(timezone=True)))
