"""The parts of the running enrollment service."""

from typing import Annotated

from fastapi import Depends, Request

from edu_common.runtime import Runtime
from edu_enrollment.certificates.printer import Printer
from edu_enrollment.enrollments.events import HANDLERS as PAYMENT_HANDLERS
from edu_enrollment.events import ROUTES
from edu_enrollment.outlines.events import HANDLERS as COURSE_HANDLERS
from edu_enrollment.people.events import HANDLERS as USER_HANDLERS
from edu_enrollment.settings import EnrollmentSettings


class EnrollmentRuntime(Runtime):
    def __init__(self, settings: EnrollmentSettings) -> None:
        handlers = {**USER_HANDLERS, **COURSE_HANDLERS, **PAYMENT_HANDLERS}
        super().__init__("edu_enrollment", settings, ROUTES, handlers)
        self.course = self.peer("course")
        self.payment = self.peer("payment")
        self.printer = Printer(settings.public_url)

    async def close(self) -> None:
        self.printer.close()
        await self.course.close()
        await self.payment.close()
        await super().close()


async def enrollment_runtime(request: Request) -> EnrollmentRuntime:
    return request.app.state.runtime


App = Annotated[EnrollmentRuntime, Depends(enrollment_runtime)]
