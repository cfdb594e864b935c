"""The parts of the running payment service."""

from typing import Annotated

from edu_common.runtime import Runtime
from fastapi import Depends, Request

from edu_payment.events import ROUTES
from edu_payment.neighbours import Neighbours
from edu_payment.providers.base import Provider
from edu_payment.providers.mock import MockProvider
from edu_payment.settings import PaymentSettings


class PaymentRuntime(Runtime):
    def __init__(self, settings: PaymentSettings) -> None:
        super().__init__("edu_payment", settings, ROUTES, handlers={})
        self.neighbours = Neighbours(self.peer("course"), self.peer("enrollment"))
        self.mock = MockProvider(self.database)
        self.provider: Provider = self.mock

    async def close(self) -> None:
        await self.neighbours.close()
        await super().close()


def payment_runtime(request: Request) -> PaymentRuntime:
    return request.app.state.runtime


App = Annotated[PaymentRuntime, Depends(payment_runtime)]
