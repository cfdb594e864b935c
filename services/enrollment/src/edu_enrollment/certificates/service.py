"""Issuing and verifying certificates."""

from contextlib import suppress
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.pagination import Page, PageParams
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.events import erasure
from edu_common.service_client import ServiceUnavailable
from edu_common.web.conditional import Representation, body_tag
from edu_enrollment.certificates import repository
from edu_enrollment.certificates.codes import new_code, read_code
from edu_enrollment.certificates.errors import CertificateNotFound
from edu_enrollment.certificates.schemas import CertificateRead, MyCertificate
from edu_enrollment.certificates.texts import Language
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.courses import repository as course_rows
from edu_enrollment.courses import service as courses
from edu_enrollment.courses.errors import CourseNotFound
from edu_enrollment.models import Finished
from edu_enrollment.publishers import publish_completed


async def issue(app: EnrollmentContext, course_id: UUID, enrollment_id: UUID) -> None:
    """Complete an enrollment whose lessons are all done, once.

    A certificate is final, so the course service is called to find out whether a lesson was just added; while it is
    unavailable, the local snapshot decides.
    """
    with suppress(ServiceUnavailable, CourseNotFound):
        await courses.fetch(app, course_id)
    async with app.database.unit_of_work() as unit:
        await _keep_teacher_name(unit, course_id)
        finished = await repository.finish(unit, enrollment_id)
        if finished:
            await _certify(unit, finished)


async def issue_due(unit: UnitOfWork, course_id: UUID) -> None:
    """Complete every enrollment of a course that has no lesson left to do, as after the last one was deleted."""
    await _keep_teacher_name(unit, course_id)
    for finished in await repository.finish_course(unit, course_id):
        await _certify(unit, finished)


async def _keep_teacher_name(unit: UnitOfWork, course_id: UUID) -> None:
    """Keep the name of the course's teacher, which goes into events, unchanged until the transaction ends."""
    course = await course_rows.get(unit, course_id)
    if course:
        await erasure.lock_shared(unit, course.teacher_id)


async def _certify(unit: UnitOfWork, finished: Finished) -> None:
    code = new_code()
    await repository.add(unit, code, finished)
    await publish_completed(unit, finished, code)


async def list_mine(app: EnrollmentContext, user: Claims, params: PageParams) -> Page[MyCertificate]:
    async with app.database.read() as connection:
        page = await repository.list_of_student(connection, app.cursors, params, user.user_id)
    items = [MyCertificate.model_validate(row) for row in page.rows]
    return Page[MyCertificate].model_validate(page.envelope(items))


async def check(app: EnrollmentContext, typed: str) -> CertificateRead:
    """Return the certificate with that code; raise `CertificateNotFound`."""
    code = read_code(typed)
    async with app.database.read() as connection:
        found = await repository.get(connection, code) if code else None
    if found is None:
        raise CertificateNotFound
    return found


async def pdf(app: EnrollmentContext, typed: str, language: Language) -> Representation:
    """Return the certificate with that code as PDF; raise `CertificateNotFound` or `NotPrintable`."""
    body = await app.printer.pdf(await check(app, typed), language)
    return Representation(body, body_tag(body), "application/pdf")
