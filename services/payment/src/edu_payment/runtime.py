"""The parts of the running payment service."""

from typing import Annotated

from fastapi import Depends, Request

from edu_common.runtime import Runtime
from edu_payment.events import ROUTES
from edu_payment.neighbours import Neighbours
from edu_payment.providers.base import Provider
from edu_payment.providers.mock import MockProvider
from edu_payment.settings import PaymentSettings
from edu_payment.subscriptions import HANDLERS


class PaymentRuntime(Runtime):
    def __init__(self, settings: PaymentSettings) -> None:
        super().__init__("edu_payment", settings, ROUTES, HANDLERS)
        self.neighbours = Neighbours(self.peer("course"), self.peer("enrollment"))
        self.mock = MockProvider(self.database)
        self.provider: Provider = self.mock

    async def close(self) -> None:
        await self.neighbours.close()
        await super().close()


async def payment_runtime(request: Request) -> PaymentRuntime:
    return request.app.state.runtime


App = Annotated[PaymentRuntime, Depends(payment_runtime)]
