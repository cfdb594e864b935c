"""The payment service's application."""

from functools import partial

from fastapi import FastAPI

import edu_payment
from edu_common.web.app import create_app
from edu_payment import refunds, settlements, tasks
from edu_payment.context import PaymentContext
from edu_payment.payments import internal
from edu_payment.payments import router as payments
from edu_payment.purchases import router as purchases
from edu_payment.settings import PaymentSettings


def create(settings: PaymentSettings) -> FastAPI:
    runtime = PaymentContext(settings)
    return create_app(
        runtime,
        description=edu_payment.__doc__ or "",
        routers=[
            payments.router,
            payments.admin_router,
            purchases.router,
            refunds.router,
            settlements.router,
            internal.router,
        ],
        tasks=[partial(tasks.run, runtime)],
    )
