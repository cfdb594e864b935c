"""Actions of admins: each service publishes its own, and identity records them in the audit log."""

from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events.outbox import Routes, publish

ADMIN_ACTED = "admin.acted"


async def publish_admin_action(
    unit: UnitOfWork, routes: Routes, admin: Claims, action: str, target: UUID | None, **detail: Any
) -> None:
    """Publish what an admin did, in the transaction that does it.

    `target` is the account concerned, if any; `detail` must not name a person, since the audit log outlives accounts.
    """
    data = {"actor_id": admin.user_id, "action": action, "target_id": target, "detail": detail}
    await publish(unit, routes, ADMIN_ACTED, admin.user_id, data)
