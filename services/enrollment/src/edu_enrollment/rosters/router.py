"""The address of a course's roster."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import StreamingResponse

from edu_common.auth.dependencies import User
from edu_common.http_client import PeerUnavailable
from edu_common.pagination import Page, PageParams, page_params
from edu_common.web.refusals import Answers, refuses
from edu_enrollment.outlines.errors import CourseNotFound, NotCourseOwner
from edu_enrollment.rosters import service
from edu_enrollment.rosters.schemas import RosterEntry
from edu_enrollment.runtime import App

router = APIRouter(prefix="/enrollments", tags=["rosters"])

CSV = "text/csv"
OR_TABLE: Answers = {
    200: {"content": {CSV: {"schema": {"type": "string"}}}, "description": "A page as JSON, or all students as CSV"}
}


@router.get(
    "/course/{course_id}",
    response_model=Page[RosterEntry],
    responses=OR_TABLE | refuses(NotCourseOwner, CourseNotFound, PeerUnavailable),
)
async def get_roster(
    app: App,
    user: User,
    course_id: UUID,
    params: Annotated[PageParams, Depends(page_params)],
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Page[RosterEntry] | Response:
    """A course's students, the newest first; `Accept: text/csv` gives the whole list as a table."""
    await service.require_owner(app, user, course_id)
    if not _prefers_csv(accept):
        return await service.page(app, course_id, params)
    name = f'attachment; filename="roster-{course_id}.csv"'
    return StreamingResponse(
        service.as_csv(app, course_id), media_type=CSV, headers={"Content-Disposition": name, "Vary": "Accept"}
    )


def _prefers_csv(accept: str) -> bool:
    return accept.partition(",")[0].partition(";")[0].strip().lower() == CSV
