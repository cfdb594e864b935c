"""Events that the payment service publishes, and who subscribes to each."""

from typing import Any

from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import Routes, publish
from edu_payment.models import Payment

ROUTES: Routes = {
    "payment.completed": ("enrollment", "notification"),
    "payment.refunded": ("enrollment", "notification"),
}


async def publish_completed(unit: UnitOfWork, payment: Payment) -> None:
    more = {"student_name": payment.student_name, "completed_at": payment.completed_at}
    await publish(unit, ROUTES, "payment.completed", payment.id, _common(payment) | more)


async def publish_refunded(unit: UnitOfWork, payment: Payment) -> None:
    await publish(unit, ROUTES, "payment.refunded", payment.id, _common(payment) | {"cause": payment.refund_cause})


def _common(payment: Payment) -> dict[str, Any]:
    return {
        "payment_id": payment.id,
        "student_id": payment.student_id,
        "course_id": payment.course_id,
        "course_title": payment.course_title,
        "amount": f"{payment.amount:.2f}",
        "currency": payment.currency,
    }
