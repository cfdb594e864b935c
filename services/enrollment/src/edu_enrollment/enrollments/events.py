"""Events about payments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.engine import connection_of
from edu_common.events import Event, Handlers
from edu_enrollment.enrollments import repository
from edu_enrollment.enrollments.activation import activate, tell_revoked
from edu_enrollment.enrollments.errors import OutlineMissing
from edu_enrollment.enrollments.schemas import Purchase
from edu_enrollment.outlines import repository as outlines


async def payment_completed(session: AsyncSession, event: Event) -> None:
    """Enroll the buyer, whatever became of the course since the payment began."""
    data = event.data
    outline = await outlines.get(await connection_of(session), UUID(data["course_id"]))
    if outline is None:
        raise OutlineMissing(data["course_id"])
    paid_at = data.get("completed_at")
    purchase = Purchase(UUID(data["payment_id"]), paid_at and datetime.fromisoformat(paid_at))
    await activate(session, UUID(data["student_id"]), data["student_name"], outline, purchase)


async def payment_refunded(session: AsyncSession, event: Event) -> None:
    data = event.data
    student_id, course_id = UUID(data["student_id"]), UUID(data["course_id"])
    revoked = await repository.revoke(session, student_id, course_id, UUID(data["payment_id"]))
    if revoked:
        await tell_revoked(session, revoked, student_id, course_id, data["course_title"])


HANDLERS: Handlers = {"payment.completed": payment_completed, "payment.refunded": payment_refunded}
