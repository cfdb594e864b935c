"""Reading payments."""

from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.pagination import Page, PageParams
from edu_payment.context import PaymentContext
from edu_payment.models import Payment
from edu_payment.payments import repository
from edu_payment.payments.errors import PaymentNotFound
from edu_payment.payments.schemas import PaymentCount, PaymentRead, PaymentStatus, PaymentSummaries, PaymentSummary


async def get(app: PaymentContext, payment_id: UUID) -> Payment:
    """Return the payment; raise `PaymentNotFound` when there is none."""
    async with app.database.read() as connection:
        payment = await repository.get(connection, payment_id)
    if payment is None:
        raise PaymentNotFound
    return payment


async def visible_to(app: PaymentContext, user: Claims, payment_id: UUID) -> Payment:
    """Return the payment if it is the user's or the user is an admin; raise `PaymentNotFound` otherwise."""
    payment = await get(app, payment_id)
    if user.role is not Role.ADMIN and payment.student_id != user.user_id:
        raise PaymentNotFound
    return payment


async def page(
    app: PaymentContext,
    params: PageParams,
    *,
    student_id: UUID | None = None,
    course_id: UUID | None = None,
    status: PaymentStatus | None = None,
) -> Page[PaymentRead]:
    """Return a page of payments, newest first; a filter that is None is not applied."""
    async with app.database.read() as connection:
        found = await repository.page(
            connection, params, app.cursors, student_id=student_id, course_id=course_id, status=status
        )
    items = [PaymentRead.model_validate(row) for row in found.rows]
    return Page[PaymentRead].model_validate(found.envelope(items))


async def of_student_and_course(app: PaymentContext, student_id: UUID, course_id: UUID) -> PaymentSummaries:
    async with app.database.read() as connection:
        rows = await repository.of_student_and_course(connection, student_id, course_id)
    return PaymentSummaries(items=[PaymentSummary.model_validate(row) for row in rows])


async def count_holding(app: PaymentContext, course_id: UUID) -> PaymentCount:
    async with app.database.read() as connection:
        return PaymentCount(count=await repository.count_holding(connection, course_id))
