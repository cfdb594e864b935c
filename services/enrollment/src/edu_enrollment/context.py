"""The parts of the running enrollment service."""

from typing import Annotated

from fastapi import Depends, Request

from edu_common.context import ServiceContext
from edu_enrollment.certificates.printer import Printer
from edu_enrollment.enrollments.events import HANDLERS as PAYMENT_HANDLERS
from edu_enrollment.outlines.events import HANDLERS as COURSE_HANDLERS
from edu_enrollment.people.events import HANDLERS as USER_HANDLERS
from edu_enrollment.publishers import ROUTES
from edu_enrollment.settings import EnrollmentSettings


class EnrollmentContext(ServiceContext):
    def __init__(self, settings: EnrollmentSettings) -> None:
        handlers = {**USER_HANDLERS, **COURSE_HANDLERS, **PAYMENT_HANDLERS}
        super().__init__("edu_enrollment", settings, ROUTES, handlers)
        self.course = self.service_client("course")
        self.payment = self.service_client("payment")
        self.printer = Printer(settings.public_url)

    async def close(self) -> None:
        self.printer.close()
        await self.course.close()
        await self.payment.close()
        await super().close()


async def enrollment_context(request: Request) -> EnrollmentContext:
    return request.app.state.runtime


App = Annotated[EnrollmentContext, Depends(enrollment_context)]
