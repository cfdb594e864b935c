"""What a refund is decided by: lessons unmarked again, the furthest progress, certificates of before a refund."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("lesson_progress", sa.Column("unmarked", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("enrollments", sa.Column("furthest_percent", sa.Integer, nullable=False, server_default="0"))
    op.add_column("certificates", sa.Column("is_current", sa.Boolean, nullable=False, server_default=sa.true()))
    op.drop_constraint(op.f("certificates_pkey"), "certificates", type_="primary")
    op.drop_constraint(op.f("uq_certificates_code"), "certificates", type_="unique")
    op.create_primary_key(op.f("pk_certificates"), "certificates", ["code"])
    op.create_index(
        "ix_certificates_current",
        "certificates",
        ["enrollment_id"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )
