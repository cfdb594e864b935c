"""Which video a position belongs to: a replaced one starts from its beginning."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("lesson_progress", sa.Column("video_url", sa.Text))
