"""Reading the audit log."""

from typing import Any

from edu_common.database.pagination import PageParams, by_newest, paginate
from edu_identity.audit import repository
from edu_identity.audit.schemas import AuditFilter
from edu_identity.context import IdentityContext
from edu_identity.models import AuditEntry


async def list_entries(app: IdentityContext, wanted: AuditFilter, page: PageParams) -> dict[str, Any]:
    async with app.database.read() as session:
        found = await paginate(
            session,
            repository.entries(wanted.actor, wanted.action, wanted.target),
            keys=by_newest(AuditEntry.created_at, AuditEntry.id),
            params=page,
            cursors=app.cursors,
            scope={"list": "audit", **wanted.model_dump(mode="json")},
        )
    return found.envelope(found.rows)
