"""Protection of passwords against guessing.

Parallel guesses do not get around it: the result of each depends on the count at the time when its password has been
checked.
"""

import math
from datetime import datetime
from uuid import UUID

from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.errors import DomainError
from edu_common.ids import utc_now
from edu_identity import audit
from edu_identity.accounts import repository as accounts
from edu_identity.audit import Action
from edu_identity.context import IdentityContext
from edu_identity.lockouts import repository
from edu_identity.lockouts.repository import MAX_FAILURES, Target


class LockedOut(DomainError):
    """Too many wrong passwords for this account from this client; until the lock-out ends, no password is accepted."""

    status = 429
    code = "locked_out"

    def __init__(self, ends_at: datetime) -> None:
        seconds = max(1, math.ceil((ends_at - utc_now()).total_seconds()))
        super().__init__(
            f"Too many wrong passwords. Try again in {seconds} seconds, or reset the password.",
            headers={"Retry-After": str(seconds)},
        )


async def check(connection: Connection, target: Target) -> None:
    """Raise `LockedOut` before any work on a password that cannot succeed."""
    if ends_at := await repository.locked_until(connection, target):
        raise LockedOut(ends_at)


async def count_failure(app: IdentityContext, target: Target, user_id: UUID | None) -> None:
    """Count a wrong password; raise `LockedOut` for one more than is allowed."""
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock_shared(unit, user_id) if user_id else None
        count = await repository.add(unit, target)
        if count.failures == MAX_FAILURES:
            detail = {"client": target.client}
            await audit.record(unit, Action.LOCKED_OUT, target=user.id if user else None, detail=detail)
    if count.failures > MAX_FAILURES:
        raise LockedOut(count.ends_at)


async def accept(unit: UnitOfWork, target: Target) -> None:
    """Delete the failures before a right password; raise `LockedOut` when they were too many."""
    if ends_at := await repository.lock(unit, target):
        raise LockedOut(ends_at)
    await repository.clear(unit, target)
