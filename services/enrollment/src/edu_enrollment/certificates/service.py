"""Issuing and checking certificates."""

from contextlib import suppress
from dataclasses import asdict
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.pagination import Page, PageParams
from edu_common.service_client import ServiceUnavailable
from edu_common.web.conditional import Representation, body_tag
from edu_enrollment.certificates import repository
from edu_enrollment.certificates.codes import new_code, read_code
from edu_enrollment.certificates.errors import CertificateNotFound
from edu_enrollment.certificates.schemas import CertificateRead, MyCertificate
from edu_enrollment.certificates.texts import Language
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.outlines import service as outlines
from edu_enrollment.outlines.errors import CourseNotFound
from edu_enrollment.publishers import publish


async def issue(app: EnrollmentContext, course_id: UUID, enrollment_id: UUID) -> None:
    """Complete an enrollment whose lessons are all done, once.

    A certificate is final, so the course is asked whether a lesson was added a moment ago; while it is away, what
    is known here decides.
    """
    with suppress(ServiceUnavailable, CourseNotFound):
        await outlines.ask(app, course_id)
    async with app.database.transaction() as session:
        finished = await repository.finish(session, enrollment_id)
        if finished:
            code = new_code()
            await repository.add(session, enrollment_id, code, finished)
            told = {**asdict(finished), "certificate_code": code}
            await publish(session, "enrollment.completed", enrollment_id, told)


async def list_mine(app: EnrollmentContext, user: Claims, params: PageParams) -> Page[MyCertificate]:
    async with app.database.read() as session:
        page = await repository.list_of_student(session, app.cursors, params, user.user_id)
    items = [MyCertificate.model_validate(row) for row in page.rows]
    return Page[MyCertificate].model_validate(page.envelope(items))


async def check(app: EnrollmentContext, typed: str) -> CertificateRead:
    """The certificate with that code; raises `CertificateNotFound`."""
    code = read_code(typed)
    async with app.database.read() as session:
        found = await repository.get(session, code) if code else None
    if found is None:
        raise CertificateNotFound
    return found


async def pdf(app: EnrollmentContext, typed: str, language: Language) -> Representation:
    """The certificate with that code for printing; raises `CertificateNotFound` and `NotPrintable`."""
    body = await app.printer.pdf(await check(app, typed), language)
    return Representation(body, body_tag(body), "application/pdf")
