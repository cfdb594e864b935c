"""SQL of the counts of wrong passwords."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.ids import utc_now
from edu_identity.models import LoginFailures

MAX_FAILURES = 10
WINDOW = timedelta(minutes=15)
"""Failures are counted this long, and a lock-out lasts this long."""


@dataclass(frozen=True)
class Target:
    """An account, by its e-mail key, as one client address tries it."""

    account: str
    client: str


@dataclass(frozen=True)
class Count:
    failures: int
    ends_at: datetime


async def add(session: AsyncSession, target: Target) -> Count:
    """Count one more failure, in one statement; the last one allowed starts the lock-out."""
    now = utc_now()
    over = LoginFailures.ends_at <= now
    starts = or_(over, LoginFailures.failures + 1 == MAX_FAILURES)
    statement = insert(LoginFailures).values(
        account=target.account, client=target.client, failures=1, ends_at=now + WINDOW
    )
    upsert = statement.on_conflict_do_update(
        index_elements=["account", "client"],
        set_={
            "failures": case((over, 1), else_=LoginFailures.failures + 1),
            "ends_at": case((starts, now + WINDOW), else_=LoginFailures.ends_at),
        },
    ).returning(LoginFailures.failures, LoginFailures.ends_at)
    row = (await session.execute(upsert)).one()
    return Count(failures=row.failures, ends_at=row.ends_at)


async def locked_until(session: AsyncSession, target: Target, *, lock: bool = False) -> datetime | None:
    """When the lock-out ends, None when there is none. `lock` keeps others from counting meanwhile."""
    query = select(LoginFailures.failures, LoginFailures.ends_at).where(*_is(target))
    row = (await session.execute(query.with_for_update() if lock else query)).one_or_none()
    locked = row is not None and row.failures >= MAX_FAILURES and row.ends_at > utc_now()
    return row.ends_at if row is not None and locked else None


async def clear(session: AsyncSession, target: Target) -> None:
    await session.execute(delete(LoginFailures).where(*_is(target)))


async def clear_account(session: AsyncSession, account: str) -> None:
    await session.execute(delete(LoginFailures).where(LoginFailures.account == account))


async def purge(session: AsyncSession) -> None:
    await session.execute(delete(LoginFailures).where(LoginFailures.ends_at <= utc_now()))


def _is(target: Target) -> tuple[ColumnElement[bool], ...]:
    return (LoginFailures.account == target.account, LoginFailures.client == target.client)
