"""Guarding passwords against guessing.

Guesses in parallel are no way around: whatever the answer will be, it depends on the count at the time when the
password has been checked.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_identity.audit import repository as audit
from edu_identity.audit.repository import Action
from edu_identity.context import IdentityContext
from edu_identity.lockouts import repository
from edu_identity.lockouts.errors import LockedOut
from edu_identity.lockouts.repository import MAX_FAILURES, Target


async def refuse_locked(session: AsyncSession, target: Target) -> None:
    """Raise `LockedOut` before anything is spent on a password that cannot help."""
    if ends_at := await repository.locked_until(session, target):
        raise LockedOut(ends_at)


async def count_failure(app: IdentityContext, target: Target, user_id: UUID | None) -> None:
    """Count a wrong password; raises `LockedOut` for one more than are allowed."""
    async with app.database.transaction() as session:
        count = await repository.add(session, target)
        if count.failures == MAX_FAILURES:
            await audit.record(session, Action.LOCKED_OUT, target=user_id, detail={"client": target.client})
    if count.failures > MAX_FAILURES:
        raise LockedOut(count.ends_at)


async def accept(session: AsyncSession, target: Target) -> None:
    """Forget the failures before a right password; raises `LockedOut` when they were too many."""
    if ends_at := await repository.locked_until(session, target, lock=True):
        raise LockedOut(ends_at)
    await repository.clear(session, target)
