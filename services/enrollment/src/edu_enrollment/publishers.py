"""Events that the enrollment service tells, and who takes each."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.events import Routes
from edu_common.events import publish as publish_to

ROUTES: Routes = {
    "enrollment.created": ("course", "notification"),
    "enrollment.revoked": ("course", "notification"),
    "enrollment.completed": ("notification",),
}


async def publish(session: AsyncSession, event_type: str, enrollment_id: UUID, data: Mapping[str, Any]) -> None:
    """Tell of an enrollment in the caller's transaction."""
    await publish_to(session, ROUTES, event_type, enrollment_id, {"enrollment_id": enrollment_id, **data})
