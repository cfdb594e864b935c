"""SQL of the counts of wrong passwords."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Executable, bindparam, case, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.ids import utc_now
from edu_identity.models import LoginFailures

MAX_FAILURES = 10
WINDOW = timedelta(minutes=15)
"""How long failures are counted, and how long a lock-out lasts."""


@dataclass(frozen=True)
class Target:
    """An account, by its e-mail key, and a client IP that tries to sign in to it."""

    account: str
    client: str


@dataclass(frozen=True)
class Count:
    failures: int
    ends_at: datetime


def _add() -> Executable:
    statement = insert(LoginFailures).values(failures=1, **binds(("account", "client", "ends_at")))
    expired = LoginFailures.ends_at <= bindparam("now")
    starts = or_(expired, LoginFailures.failures + 1 == MAX_FAILURES)
    return statement.on_conflict_do_update(
        index_elements=["account", "client"],
        set_={
            "failures": case((expired, 1), else_=LoginFailures.failures + 1),
            "ends_at": case((starts, statement.excluded.ends_at), else_=LoginFailures.ends_at),
        },
    ).returning(LoginFailures.failures, LoginFailures.ends_at)


ADD = _add()


async def add(unit: UnitOfWork, target: Target) -> Count:
    """Count one more failure, in one statement; the last one allowed starts the lock-out."""
    now = utc_now()
    (row,) = await unit.all(ADD, **_values(target), now=now, ends_at=now + WINDOW)
    return Count(**row)


OF_TARGET = (LoginFailures.account == bindparam("account"), LoginFailures.client == bindparam("client"))
FAILURES = select(LoginFailures.failures, LoginFailures.ends_at).where(*OF_TARGET)
LOCK_FAILURES = FAILURES.with_for_update()


async def locked_until(connection: Connection, target: Target) -> datetime | None:
    """Return when the lock-out ends, or None when there is none."""
    return _lockout_end(await connection.first(FAILURES, **_values(target)))


async def lock(unit: UnitOfWork, target: Target) -> datetime | None:
    """Return when the lock-out ends, or None; no failure is counted until the transaction ends."""
    return _lockout_end(await unit.first(LOCK_FAILURES, **_values(target)))


CLEAR = delete(LoginFailures).where(*OF_TARGET)


async def clear(unit: UnitOfWork, target: Target) -> None:
    await unit.execute(CLEAR, **_values(target))


CLEAR_ACCOUNT = delete(LoginFailures).where(LoginFailures.account == bindparam("account"))


async def clear_account(unit: UnitOfWork, account: str) -> None:
    await unit.execute(CLEAR_ACCOUNT, account=account)


PURGE = delete(LoginFailures).where(LoginFailures.ends_at <= bindparam("now"))


async def purge(unit: UnitOfWork) -> None:
    await unit.execute(PURGE, now=utc_now())


def _values(target: Target) -> dict[str, Any]:
    return {"account": target.account, "client": target.client}


def _lockout_end(row: Row | None) -> datetime | None:
    if row is None or row["failures"] < MAX_FAILURES or row["ends_at"] <= utc_now():
        return None
    return row["ends_at"]
