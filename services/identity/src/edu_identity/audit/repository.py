"""SQL of the audit log."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.ids import new_id, utc_now
from edu_identity.models import AuditEntry


class Action(StrEnum):
    ADMIN_BOOTSTRAPPED = "admin.bootstrapped"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    USER_ERASED = "user.erased"
    ROLE_CHANGED = "user.role_changed"
    TEACHER_VERIFIED = "teacher.verified"
    TEACHER_REJECTED = "teacher.rejected"
    LOCKED_OUT = "login.locked_out"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of a deed
    PASSWORD_RESET = "password.reset"  # noqa: S105 - as above
    REFRESH_REUSED = "session.refresh_reused"


async def record(
    session: AsyncSession,
    action: Action,
    *,
    actor: UUID | None = None,
    target: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note a deed in the caller's transaction. `detail` names no person: the log outlives accounts."""
    entry = {"id": new_id(), "actor": actor, "action": action, "target": target}
    await session.execute(insert(AuditEntry).values(**entry, detail=dict(detail or {}), created_at=utc_now()))


def entries(actor: UUID | None, action: Action | None, target: UUID | None) -> Select[*tuple[Any, ...]]:
    query = select(
        AuditEntry.id, AuditEntry.actor, AuditEntry.action, AuditEntry.target, AuditEntry.detail, AuditEntry.created_at
    )
    wanted = {AuditEntry.actor: actor, AuditEntry.action: action, AuditEntry.target: target}
    return query.where(*(column == value for column, value in wanted.items() if value is not None))
