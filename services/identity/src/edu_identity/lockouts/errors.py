"""Refusals of a locked-out client."""

import math
from datetime import datetime

from edu_common.errors import DomainError
from edu_common.ids import utc_now


class LockedOut(DomainError):
    """Too many wrong passwords for this account from this client; the right one does not help until it ends."""

    status = 429
    code = "locked_out"

    def __init__(self, ends_at: datetime) -> None:
        seconds = max(1, math.ceil((ends_at - utc_now()).total_seconds()))
        super().__init__(
            f"Too many wrong passwords. Try again in {seconds} seconds, or reset the password.",
            headers={"Retry-After": str(seconds)},
        )
