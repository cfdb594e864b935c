"""Identifiers and times."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: unique, and ordered by the time it was made."""
    return uuid7()


def utc_now() -> datetime:
    return datetime.now(UTC)
