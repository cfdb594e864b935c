"""The components of the running payment service."""

from typing import Annotated

from fastapi import Depends, Request

from edu_common.context import ServiceContext
from edu_payment.clients import Clients
from edu_payment.consumers import SUBSCRIPTIONS
from edu_payment.providers.base import Provider
from edu_payment.providers.mock import MockProvider
from edu_payment.publishers import ROUTES
from edu_payment.settings import PaymentSettings


class PaymentContext(ServiceContext):
    def __init__(self, settings: PaymentSettings) -> None:
        super().__init__("edu_payment", settings, ROUTES, SUBSCRIPTIONS)
        self.clients = Clients(self.service_client("course"), self.service_client("enrollment"))
        self.mock = MockProvider(self.database)
        self.provider: Provider = self.mock

    async def close(self) -> None:
        await self.clients.close()
        await super().close()


async def payment_context(request: Request) -> PaymentContext:
    return request.app.state.runtime


App = Annotated[PaymentContext, Depends(payment_context)]
