"""The students of a course, for its teacher."""

from collections.abc import AsyncGenerator
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.pagination import Page, PageParams
from edu_enrollment.context import EnrollmentContext
from edu_enrollment.courses import service as courses
from edu_enrollment.courses.errors import NotCourseOwner
from edu_enrollment.rosters import repository, table
from edu_enrollment.rosters.schemas import RosterEntry, Sort

BATCH = 1000


async def require_owner(app: EnrollmentContext, user: Claims, course_id: UUID) -> None:
    """Raise an error unless the user owns the course or is an admin; another teacher's draft is not found."""
    course = await courses.get_visible(app, user, course_id)
    if not course.is_owned_by(user):
        raise NotCourseOwner


async def page(
    app: EnrollmentContext, course_id: UUID, params: PageParams, sort: Sort, name: str | None
) -> Page[RosterEntry]:
    async with app.database.read() as connection:
        page = await repository.page(connection, app.cursors, params, course_id, sort, name)
    items = [RosterEntry.model_validate(row) for row in page.rows]
    return Page[RosterEntry].model_validate(page.envelope(items))


async def as_csv(app: EnrollmentContext, course_id: UUID) -> AsyncGenerator[str]:
    """Yield the whole roster in batches; a slow reader occupies no connection."""
    yield table.HEADER
    async for entries in _batches(app, course_id):
        yield table.lines(entries)


async def as_spreadsheet(app: EnrollmentContext, course_id: UUID, language: table.Language) -> AsyncGenerator[str]:
    """Yield the whole roster with e-mail addresses, as `as_csv` does; raise `ServiceUnavailable`.

    The first batch comes with the header, so that an error is known before a response has begun.
    """
    header = table.spreadsheet_header(language)
    async for entries in _batches(app, course_id):
        emails = await app.clients.emails([entry.student_id for entry in entries]) if entries else {}
        yield header + table.spreadsheet_lines(entries, emails, language)
        header = ""


async def _batches(app: EnrollmentContext, course_id: UUID) -> AsyncGenerator[list[RosterEntry]]:
    """Yield all students in batches, at least one, which may be empty."""
    last = None
    while True:
        async with app.database.read() as connection:
            rows = await repository.batch(connection, course_id, last, BATCH)
        yield [RosterEntry.model_validate(row) for row in rows]
        if len(rows) < BATCH:
            return
        last = (rows[-1].enrolled_at, rows[-1].id)
