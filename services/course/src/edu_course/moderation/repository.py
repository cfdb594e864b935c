"""SQL of moderation: courses and reviews as admins see them, and reports."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.executor import Row
from edu_common.database.models import binds
from edu_common.database.pagination import Listing, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_course.courses.representation import COLUMNS
from edu_course.models import Course, Report, ReportStatus, Review
from edu_course.moderation.schemas import CourseState, ReviewState

LIKE_ESCAPES = str.maketrans({"/": "//", "%": "/%", "_": "/_"})
IS_TAKEN_DOWN = Course.taken_down_from.is_not(None)
IS_OPEN = Report.status == ReportStatus.OPEN


def pattern(q: str) -> str:
    """Return the value of the filter `q` that finds courses whose title contains this text."""
    return q.translate(LIKE_ESCAPES)


def _open_reports(target: Any) -> ColumnElement[int]:
    counted = select(func.count()).where(Report.target_id == target, IS_OPEN)
    return counted.scalar_subquery().label("open_reports")


COURSE_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "q": Course.title.icontains(bindparam("q"), escape="/"),
    "state": case((IS_TAKEN_DOWN, CourseState.TAKEN_DOWN), else_=Course.status) == bindparam("state"),
    "course_id": Course.id == bindparam("course_id"),
}


@cache
def courses(filters: frozenset[str]) -> Listing:
    """Return the list of courses that match the given ones of `COURSE_FILTERS`, newest first."""
    query = select(*COLUMNS, Course.taken_down_reason, Course.taken_down_access, _open_reports(Course.id))
    matching = query.where(*(COURSE_FILTERS[name] for name in sorted(filters)))
    return Listing(matching, by_newest(Course.created_at, Course.id))


ADMIN_COURSE = select(*COLUMNS, Course.taken_down_reason, Course.taken_down_access, _open_reports(Course.id)).where(
    Course.id == bindparam("id")
)


async def find_course(connection: Connection, course_id: UUID) -> Row | None:
    return await connection.first(ADMIN_COURSE, id=course_id)


REVIEWS = select(
    Review.__table__,
    Course.title.label("course_title"),
    Course.slug.label("course_slug"),
    _open_reports(Review.id),
).join(Course, Course.id == Review.course_id)
REVIEW_STATES: Mapping[ReviewState, ColumnElement[bool]] = {
    ReviewState.VISIBLE: and_(~Review.hidden, ~Review.withdrawn),
    ReviewState.HIDDEN: Review.hidden.is_(True),
    ReviewState.REPORTED: exists().where(Report.target_id == Review.id, IS_OPEN),
}


@cache
def reviews(state: ReviewState | None, *, of_course: bool) -> Listing:
    """Return the list of reviews in that state, of all courses or of one, newest first."""
    conditions = [REVIEW_STATES[state]] if state else []
    if of_course:
        conditions.append(Review.course_id == bindparam("course_id"))
    return Listing(REVIEWS.where(*conditions), by_newest(Review.created_at, Review.id))


ADMIN_REVIEW = REVIEWS.where(Review.id == bindparam("id"))


async def find_review(connection: Connection, review_id: UUID) -> Row | None:
    return await connection.first(ADMIN_REVIEW, id=review_id)


REPORTS = (
    select(
        Report.__table__,
        Course.title.label("course_title"),
        Course.slug.label("course_slug"),
        IS_TAKEN_DOWN.label("course_taken_down"),
        Review.rating,
        Review.comment.label("review_comment"),
        Review.author_name,
        Review.hidden,
    )
    .join(Course, Course.id == Report.course_id)
    .outerjoin(Review, Review.id == Report.target_id)
)
REPORT_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "status": Report.status == bindparam("status"),
    "type": Report.type == bindparam("type"),
    "course_id": Report.course_id == bindparam("course_id"),
}


@cache
def reports(filters: frozenset[str]) -> Listing:
    """Return the list of reports that match the given ones of `REPORT_FILTERS`, newest first."""
    query = REPORTS.where(*(REPORT_FILTERS[name] for name in sorted(filters)))
    return Listing(query, by_newest(Report.created_at, Report.id))


FIND_REPORT = REPORTS.where(Report.id == bindparam("id"))


async def find_report(connection: Connection, report_id: UUID) -> Row | None:
    return await connection.first(FIND_REPORT, id=report_id)


NEW = ("id", "type", "course_id", "target_id", "author_id", "reporter_id", "reason", "comment")
ADD = (
    insert(Report)
    .values(binds(NEW))
    .on_conflict_do_nothing(index_elements=["reporter_id", "target_id"])
    .returning(*Report.__table__.columns)
)


async def add(unit: UnitOfWork, values: Mapping[str, Any]) -> Report | None:
    """Insert a report; return None when this user has already reported this course or review."""
    return await unit.load(Report, ADD, **values)


CLOSE = (
    update(Report)
    .where(Report.target_id == bindparam("of_target"), IS_OPEN)
    .values(**binds(("status", "note", "decided_by")), decided_at=func.clock_timestamp())
)


async def close(unit: UnitOfWork, target_id: UUID, decision: ReportStatus, *, decided_by: UUID, note: str = "") -> None:
    """Close every open report of a course or review."""
    await unit.execute(CLOSE, of_target=target_id, status=decision, note=note, decided_by=decided_by)


ERASE_COMMENTS = (
    update(Report).where(Report.reporter_id == bindparam("erased"), Report.comment != "").values(comment=literal(""))
)
ERASE_NOTES = update(Report).where(Report.author_id == bindparam("erased"), Report.note != "").values(note=literal(""))


async def erase(unit: UnitOfWork, user_id: UUID) -> None:
    """Remove what an erased user wrote in reports, and what admins wrote to them."""
    await unit.execute(ERASE_COMMENTS, erased=user_id)
    await unit.execute(ERASE_NOTES, erased=user_id)
