"""The components of the running enrollment service."""

from typing import Annotated

from fastapi import Depends, Request

from edu_common.context import ServiceContext
from edu_enrollment.certificates.printer import Printer
from edu_enrollment.clients import Clients
from edu_enrollment.consumers import SUBSCRIPTIONS
from edu_enrollment.publishers import ROUTES
from edu_enrollment.settings import EnrollmentSettings


class EnrollmentContext(ServiceContext):
    def __init__(self, settings: EnrollmentSettings) -> None:
        super().__init__("edu_enrollment", settings, ROUTES, SUBSCRIPTIONS)
        self.clients = Clients(*map(self.service_client, ("course", "identity", "payment")))
        self.printer = Printer(settings.public_url)

    async def close(self) -> None:
        self.printer.close()
        await self.clients.close()
        await super().close()


async def enrollment_context(request: Request) -> EnrollmentContext:
    return request.app.state.runtime


App = Annotated[EnrollmentContext, Depends(enrollment_context)]
