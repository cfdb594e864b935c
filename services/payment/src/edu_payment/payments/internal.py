"""Endpoints by which the other services read payments."""

from uuid import UUID

from edu_common.web.dependencies import called_by
from edu_common.web.routing import Router
from edu_payment.context import App
from edu_payment.payments import service
from edu_payment.payments.schemas import PaymentCount, PaymentSummaries, PaymentSummary

router = Router(prefix="/internal", include_in_schema=False)


@router.get("/payments", dependencies=[called_by("enrollment")])
async def list_payments_of_student_and_course(app: App, student_id: UUID, course_id: UUID) -> PaymentSummaries:
    return await service.of_student_and_course(app, student_id, course_id)


@router.get("/payments/{payment_id}", dependencies=[called_by("enrollment")])
async def get_payment_summary(app: App, payment_id: UUID) -> PaymentSummary:
    return PaymentSummary.model_validate(await service.get(app, payment_id))


@router.get("/courses/{course_id}/payment-count", dependencies=[called_by("course")])
async def get_payment_count(app: App, course_id: UUID) -> PaymentCount:
    return await service.count_holding(app, course_id)
