"""The payment service's application."""

from edu_common.web.app import create_app
from fastapi import FastAPI

import edu_payment
from edu_payment.runtime import PaymentRuntime
from edu_payment.settings import PaymentSettings


def create(settings: PaymentSettings) -> FastAPI:
    return create_app(PaymentRuntime(settings), description=edu_payment.__doc__ or "", routers=[])
