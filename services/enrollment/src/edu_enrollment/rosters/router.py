"""The endpoint for a course's roster."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Response
from fastapi.responses import StreamingResponse

from edu_common.database.pagination import Page
from edu_common.service_client import ServiceUnavailable
from edu_common.types import line
from edu_common.web.dependencies import User
from edu_common.web.error_responses import Responses, error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_enrollment.context import App
from edu_enrollment.courses.errors import CourseNotFound, NotCourseOwner
from edu_enrollment.rosters import service
from edu_enrollment.rosters.schemas import RosterEntry, Sort
from edu_enrollment.rosters.table import Language

router = Router(prefix="/enrollments", tags=["rosters"])

CSV = "text/csv"
OR_TABLE: Responses = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "A page as JSON, or all students as CSV"}
}


@router.get(
    "/course/{course_id}",
    response_model=Page[RosterEntry],
    responses=OR_TABLE | error_responses(NotCourseOwner, CourseNotFound, ServiceUnavailable),
)
async def get_roster(
    app: App,
    user: User,
    course_id: UUID,
    params: Paging,
    q: Annotated[str, line(100, min_length=0), Query(description="Part of the name, ignoring case")] = "",
    sort: Annotated[Sort, Query()] = Sort.NEWEST,
    spreadsheet: Annotated[
        Language | None, Query(description="CSV with e-mails that Excel in this language opens right")
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Page[RosterEntry] | Response:
    """A course's students; `Accept: text/csv` gives the whole list, the newest first, as a table."""
    await service.require_owner(app, user, course_id)
    if not _prefers_csv(accept):
        return await service.page(app, course_id, params, sort, q or None)
    rows = service.as_spreadsheet(app, course_id, spreadsheet) if spreadsheet else service.as_csv(app, course_id)
    first = await anext(rows)  # before the response begins, whose status could no longer tell of an error
    name = f'attachment; filename="roster-{course_id}.csv"'
    return StreamingResponse(
        _chained(first, rows), media_type=CSV, headers={"Content-Disposition": name, "Vary": "Accept"}
    )


async def _chained(first: str, rest: AsyncIterator[str]) -> AsyncGenerator[str]:
    yield first
    async for lines in rest:
        yield lines


def _prefers_csv(accept: str) -> bool:
    return accept.partition(",")[0].partition(";")[0].strip().lower() == CSV
