"""Access that ended before its tokens expire: the revocation feed, as this service keeps it.

Identity tells of a deactivated or demoted user and of ended sessions by `user.access_changed`. Rows older than
an access token's life no longer matter and are dropped. Every process holds the recent rows in memory and reads
the table again each second, so that replicas which did not take the event learn of it too.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from edu_common.auth.access_tokens import LIFETIME_SECONDS, Claims
from edu_common.database.engine import Database
from edu_common.database.models import Base, binds
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import Unauthenticated
from edu_common.ids import utc_now

log = structlog.get_logger(__name__)

KEEP = timedelta(seconds=LIFETIME_SECONDS, minutes=5)
POLL_SECONDS = 1.0


class AccessRevocation(Base):
    """Tokens of `subject`, a user or a session, that were issued before `revoked_before` are void."""

    __tablename__ = "access_revocations"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    revoked_before: Mapped[datetime] = mapped_column(index=True)


RECENT = select(AccessRevocation.subject, AccessRevocation.revoked_before).where(
    AccessRevocation.revoked_before > bindparam("oldest")
)
_insert = insert(AccessRevocation).values(binds(("subject", "revoked_before")))
RECORD = _insert.on_conflict_do_update(
    index_elements=["subject"],
    set_={"revoked_before": func.greatest(AccessRevocation.revoked_before, _insert.excluded.revoked_before)},
)
PURGE = delete(AccessRevocation).where(AccessRevocation.revoked_before <= bindparam("before"))


class Revocations:
    """The revocations that still matter, by user and session."""

    def __init__(self) -> None:
        self._before: dict[UUID, datetime] = {}

    def check(self, claims: Claims) -> None:
        """Raise `Unauthenticated` when the token's user or session was revoked after it was issued."""
        for subject in (claims.sub, claims.sid):
            revoked_before = self._before.get(subject)
            if revoked_before and claims.issued_at <= revoked_before:
                raise Unauthenticated("This access was ended. Sign in again.", code="access_revoked")

    async def record(self, unit: UnitOfWork, subject: UUID, revoked_before: datetime) -> None:
        """Write a revocation in the caller's transaction; in force here once that commits."""
        await unit.execute(RECORD, subject=subject, revoked_before=revoked_before)
        unit.after_commit.append(lambda: self._learn({subject: revoked_before}))

    async def watch(self, database: Database) -> None:
        """Follow the table until cancelled; a database that is away leaves what is known in force."""
        while True:
            try:
                await self.load(database)
            except (SQLAlchemyError, OSError) as error:
                log.warning("revocations unreadable", error=repr(error))
            await asyncio.sleep(POLL_SECONDS)

    async def load(self, database: Database) -> None:
        """Add what the table has to what is known: a revocation may be recorded here while the table is read."""
        oldest = utc_now() - KEEP
        async with database.read() as connection:
            rows = await connection.all(RECENT, oldest=oldest)
        self._before = {subject: at for subject, at in self._before.items() if at > oldest}
        self._learn({row["subject"]: row["revoked_before"] for row in rows})

    def _learn(self, revocations: Mapping[UUID, datetime]) -> None:
        """Take what is new; the later of two revocations of a subject holds, whichever is heard of first."""
        for subject, revoked_before in revocations.items():
            self._before[subject] = max(revoked_before, self._before.get(subject, revoked_before))

    @staticmethod
    async def purge(unit: UnitOfWork) -> None:
        await unit.execute(PURGE, before=utc_now() - KEEP)
