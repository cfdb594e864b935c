"""Identifiers and times."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a UUIDv7: unique, and sorted by creation time."""
    return uuid7()


def utc_now() -> datetime:
    return datetime.now(UTC)
