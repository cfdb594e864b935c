"""Whether a recipient has confirmed the e-mail address. Those of before count as confirmed: no event says otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("recipients", sa.Column("email_verified", sa.Boolean, nullable=False, server_default=sa.true()))
