"""The endpoint for buying courses."""

from fastapi import Response

from edu_common.service_client import ServiceUnavailable
from edu_common.web.dependencies import Learner
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_payment.context import App
from edu_payment.payments.errors import AlreadyOwned
from edu_payment.payments.schemas import PaymentRead
from edu_payment.purchases import service
from edu_payment.purchases.errors import (
    CourseIsFree,
    CourseNotFound,
    IdempotencyKeyReused,
    NotOnSale,
    OwnCourse,
    PaymentInProgress,
    PriceChanged,
)
from edu_payment.purchases.schemas import IdempotencyKey, PaymentCreate

router = Router(prefix="/payments", tags=["payments"])


@router.post(
    "",
    status_code=201,
    response_model=PaymentRead,
    responses=error_responses(
        OwnCourse,
        CourseNotFound,
        PriceChanged,
        CourseIsFree,
        NotOnSale,
        AlreadyOwned,
        PaymentInProgress,
        IdempotencyKeyReused,
        ServiceUnavailable,
    ),
)
async def buy_course(app: App, student: Learner, idempotency_key: IdempotencyKey, body: PaymentCreate) -> Response:
    """Buy a course at its present price. The enrollment follows by itself once the payment is completed.

    A declined charge is a 201 with `status: failed`. The same key and body return the first response again.
    """
    payment = await service.buy(app, student, idempotency_key, body)
    return Response(payment, status_code=201, media_type="application/json")
