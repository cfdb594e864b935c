"""The components of the running payment service."""

from typing import Annotated

from fastapi import Depends, Request

from edu_common.context import ServiceContext
from edu_common.fault_injection.failpoints import with_failpoints
from edu_common.fault_injection.safeguards import Safeguard, disabled
from edu_common.ids import new_id
from edu_payment.clients import Clients
from edu_payment.consumers import SUBSCRIPTIONS
from edu_payment.failpoints import Point
from edu_payment.providers.base import Provider
from edu_payment.providers.mock import MockProvider
from edu_payment.publishers import ROUTES
from edu_payment.settings import PaymentSettings


class PaymentContext(ServiceContext):
    def __init__(self, settings: PaymentSettings) -> None:
        super().__init__("edu_payment", settings, ROUTES, SUBSCRIPTIONS)
        self.clients = Clients(self.service_client("course"), self.service_client("enrollment"))
        self.mock = with_failpoints(
            MockProvider(self.database),
            charge=(Point.PAYMENT_BEFORE_CHARGE, Point.PAYMENT_AFTER_CHARGE),
            refund=(Point.REFUND_BEFORE_PROVIDER, Point.REFUND_AFTER_PROVIDER),
            settle=(Point.SETTLE_BEFORE_PROVIDER, Point.SETTLE_AFTER_PROVIDER),
        )
        self.provider: Provider = self.mock

    def purchase_key(self, key: str) -> str:
        """Return the key by which a repeated purchase is recognised: the client's, unless a test disables that."""
        return new_id().hex if disabled(Safeguard.IDEMPOTENCY) else key

    async def close(self) -> None:
        await self.clients.close()
        await super().close()


async def payment_context(request: Request) -> PaymentContext:
    return request.app.state.runtime


App = Annotated[PaymentContext, Depends(payment_context)]
