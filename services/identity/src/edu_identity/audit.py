"""The audit log: actions of admins and security events of accounts, and the endpoint that reads it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import array

from edu_common.database.models import binds
from edu_common.database.pagination import Listing, Page, by_newest
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.ids import new_id, utc_now
from edu_common.web.dependencies import Admin
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_identity.context import App
from edu_identity.models import AuditEntry

router = Router(prefix="/admin/audit", tags=["admin"])


class Action(StrEnum):
    ADMIN_BOOTSTRAPPED = "admin.bootstrapped"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    USER_ERASED = "user.erased"
    ROLE_CHANGED = "user.role_changed"
    TEACHER_VERIFIED = "teacher.verified"
    TEACHER_REJECTED = "teacher.rejected"
    LOCKED_OUT = "login.locked_out"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of an action
    PASSWORD_RESET = "password.reset"  # noqa: S105 - as above
    REFRESH_REUSED = "session.refresh_reused"
    COURSE_UNPUBLISHED = "course.unpublished"
    COURSE_ARCHIVED = "course.archived"
    COURSE_TAKEN_DOWN = "course.taken_down"
    COURSE_RESTORED = "course.restored"
    REVIEW_HIDDEN = "review.hidden"
    REVIEW_RESTORED = "review.restored"
    REVIEW_REMOVED = "review.removed"
    REPORT_DECIDED = "report.decided"
    PAYMENT_SETTLED = "payment.settled"
    PAYMENT_REFUNDED = "payment.refunded"
    ANNOUNCEMENT_SENT = "announcement.sent"


class AuditFilter(BaseModel):
    actor: UUID | None = None
    action: Action | None = None
    target: UUID | None = None


class AuditEntryOut(BaseModel):
    """`actor` is null where nobody was signed in, `target` where no account was concerned."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    actor: UUID | None
    action: Action
    target: UUID | None
    detail: dict[str, Any]
    created_at: datetime


RECORD = insert(AuditEntry).values(binds(("id", "actor", "action", "target", "detail", "created_at")))


async def record(
    unit: UnitOfWork,
    action: Action,
    *,
    actor: UUID | None = None,
    target: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Record an action in the caller's transaction. `detail` must not name a person: the log outlives accounts."""
    entry = {"id": new_id(), "actor": actor, "action": action, "target": target, "created_at": at or utc_now()}
    await unit.execute(RECORD, **entry, detail=dict(detail or {}))


ERASE_CLIENTS = (
    update(AuditEntry)
    .where(AuditEntry.target == bindparam("erased"), AuditEntry.detail.has_key("client"))
    .values(detail=AuditEntry.detail.delete_path(array(["client"])))
)


async def erase_clients(unit: UnitOfWork, user_id: UUID) -> None:
    """Remove client IPs from the entries about an erased account: the only change that the log's trigger allows."""
    await unit.execute(ERASE_CLIENTS, erased=user_id)


@cache
def entries(filters: frozenset[str]) -> Listing:
    """Return the list of entries whose columns named by `filters` have the values given, newest first."""
    query = select(
        AuditEntry.id, AuditEntry.actor, AuditEntry.action, AuditEntry.target, AuditEntry.detail, AuditEntry.created_at
    )
    equal = (getattr(AuditEntry, name) == bindparam(name) for name in sorted(filters))
    return Listing(query.where(*equal), by_newest(AuditEntry.created_at, AuditEntry.id))


@router.get("", response_model=Page[AuditEntryOut])
async def list_audit_entries(
    app: App,
    _: Admin,
    page: Paging,
    filters: Annotated[AuditFilter, Query()],
) -> dict[str, Any]:
    """What admins did, and what concerned the security of accounts, newest first."""
    values = filters.model_dump(exclude_none=True)
    scope = {"list": "audit", **filters.model_dump(mode="json")}
    async with app.database.read() as connection:
        found = await entries(frozenset(values)).paginate(connection, page, app.cursors, scope, **values)
    return found.envelope(found.rows)
