"""The common tables."""

from edu_common.events.schema import create_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_tables()
