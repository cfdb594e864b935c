"""Events that the payment service publishes, and who subscribes to each."""

from enum import StrEnum
from typing import Any

from edu_common.auth.access_tokens import Claims
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Routes, admin_actions, publish
from edu_payment.models import Payment

ROUTES: Routes = {
    "payment.completed": ("enrollment", "notification"),
    "payment.refunded": ("enrollment", "notification"),
    admin_actions.ADMIN_ACTED: ("identity",),
}


class AdminAction(StrEnum):
    SETTLED = "payment.settled"
    REFUNDED = "payment.refunded"


async def publish_completed(unit: UnitOfWork, payment: Payment) -> None:
    more = {"student_name": payment.student_name, "completed_at": payment.completed_at}
    await publish(unit, ROUTES, "payment.completed", payment.id, _common(payment) | more)


async def publish_refunded(unit: UnitOfWork, payment: Payment) -> None:
    await publish(unit, ROUTES, "payment.refunded", payment.id, _common(payment) | {"cause": payment.refund_cause})


async def publish_admin_action(
    unit: UnitOfWork, admin: Claims, action: AdminAction, payment: Payment, **more: str
) -> None:
    amount = {"amount": f"{payment.amount:.2f}", "currency": payment.currency}
    detail = {"payment_id": payment.id, "course_id": payment.course_id, **amount, **more}
    await admin_actions.publish_admin_action(unit, ROUTES, admin, action, payment.student_id, **detail)


def _common(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "student_id": payment.student_id,
        "course_id": payment.course_id,
        "course_title": payment.course_title,
        "amount": f"{payment.amount:.2f}",
        "currency": payment.currency,
    }
