"""What one user is to learn."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Notice:
    """`type` is a `NotificationType`, a `MailType` or both; `data` is what its texts speak of."""

    event_id: UUID
    user_id: UUID
    type: str
    data: dict[str, Any]
