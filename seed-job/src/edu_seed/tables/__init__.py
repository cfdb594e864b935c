"""The tables that the job fills, and their rows."""

from edu_seed.tables import course, enrollment, identity, notification, payment
from edu_seed.tables.table import Block, Table

__all__ = ["TABLES", "Block", "Table"]

TABLES: tuple[Table, ...] = (
    *course.TABLES,
    *enrollment.TABLES,
    *payment.TABLES,
    *identity.TABLES,
    *notification.TABLES,
)
"""In the order in which they are loaded: the expensive ones first."""
