"""Events that the notification service publishes, and their subscribers."""

from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Routes, admin_actions

ROUTES: Routes = {admin_actions.ADMIN_ACTED: ("identity",)}


async def publish_announced(unit: UnitOfWork, admin: Claims, user_id: UUID | None, **detail: Any) -> None:
    """Publish that an admin sent an announcement, to one user if `user_id` is given."""
    await admin_actions.publish_admin_action(unit, ROUTES, admin, "announcement.sent", user_id, **detail)
