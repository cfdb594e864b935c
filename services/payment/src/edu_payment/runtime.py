"""The parts of the running payment service."""

from edu_common.runtime import Runtime

from edu_payment.events import ROUTES
from edu_payment.settings import PaymentSettings


class PaymentRuntime(Runtime):
    def __init__(self, settings: PaymentSettings) -> None:
        super().__init__("edu_payment", settings, ROUTES, handlers={})
