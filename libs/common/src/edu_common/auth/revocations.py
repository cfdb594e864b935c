"""Revoked access whose tokens have not expired yet: this service's copy of the revocation feed.

Identity publishes `user.access_changed` when a user is deactivated or demoted and when sessions end. Rows older than
the lifetime of an access token no longer matter and are deleted. Every process keeps the recent rows in memory and
polls the table each second, so that replicas that did not receive the event learn of it too.
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
    """Tokens of `subject`, a user or a session, are void when they were issued before `revoked_before`."""

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
    """The revocations that still matter, by user and by session."""

    def __init__(self) -> None:
        self._before: dict[UUID, datetime] = {}

    def check(self, claims: Claims) -> None:
        """Raise `Unauthenticated` when the token's user or session was revoked after it was issued."""
        for subject in (claims.sub, claims.sid):
            revoked_before = self._before.get(subject)
            if revoked_before and claims.issued_at <= revoked_before:
                raise Unauthenticated("This access was ended. Sign in again.", code="access_revoked")

    async def record(self, unit: UnitOfWork, subject: UUID, revoked_before: datetime) -> None:
        """Write a revocation in the caller's transaction; it takes effect in this process once that commits."""
        await unit.execute(RECORD, subject=subject, revoked_before=revoked_before)
        unit.after_commit.append(lambda: self._learn({subject: revoked_before}))

    async def watch(self, database: Database) -> None:
        """Poll the table until cancelled; while the database is unavailable, known revocations stay in force."""
        while True:
            try:
                await self.load(database)
            except (SQLAlchemyError, OSError) as error:
                log.warning("revocations unreadable", error=repr(error))
            await asyncio.sleep(POLL_SECONDS)

    async def load(self, database: Database) -> None:
        """Merge the table into what is known: a revocation may be recorded here while the table is being read."""
        oldest = utc_now() - KEEP
        async with database.read() as connection:
            rows = await connection.all(RECENT, oldest=oldest)
        self._before = {subject: at for subject, at in self._before.items() if at > oldest}
        self._learn({row["subject"]: row["revoked_before"] for row in rows})

    def _learn(self, revocations: Mapping[UUID, datetime]) -> None:
        """Add new revocations; of two for one subject the later one counts, in whichever order they arrive."""
        for subject, revoked_before in revocations.items():
            self._before[subject] = max(revoked_before, self._before.get(subject, revoked_before))

    @staticmethod
    async def purge(unit: UnitOfWork) -> None:
        await unit.execute(PURGE, before=utc_now() - KEEP)
