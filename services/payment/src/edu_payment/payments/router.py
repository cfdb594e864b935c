"""Endpoints for reading payments."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from edu_common.database.pagination import Page
from edu_common.web.dependencies import Admin, User
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_payment.context import App
from edu_payment.payments import service
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.schemas import PaymentRead, PaymentStatus

router = Router(prefix="/payments", tags=["payments"])
admin_router = Router(prefix="/admin/payments", tags=["admin"])


@router.get("/me")
async def list_my_payments(
    app: App,
    user: User,
    params: Paging,
    status: Annotated[PaymentStatus | None, Query()] = None,
    course_id: Annotated[UUID | None, Query(description="Only the payments for this course")] = None,
) -> Page[PaymentRead]:
    """The caller's payments, the newest first."""
    return await service.page(app, params, student_id=user.user_id, course_id=course_id, status=status)


@router.get("/{payment_id}", responses=error_responses(PaymentNotFound))
async def get_payment(app: App, user: User, payment_id: UUID) -> PaymentRead:
    """One payment, for its student and admins."""
    return PaymentRead.model_validate(await service.visible_to(app, user, payment_id))


@admin_router.get("")
async def list_payments(
    app: App,
    _: Admin,
    params: Paging,
    status: Annotated[PaymentStatus | None, Query()] = None,
    student_id: Annotated[UUID | None, Query()] = None,
    course_id: Annotated[UUID | None, Query()] = None,
) -> Page[PaymentRead]:
    """All payments, the newest first."""
    return await service.page(app, params, student_id=student_id, course_id=course_id, status=status)
