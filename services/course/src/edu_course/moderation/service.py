"""Use cases of moderation: take down and restore courses, hide reviews, decide on reports."""

from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims
from edu_common.database.executor import Row
from edu_common.database.pagination import PageParams
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.errors import DomainError, NotFound
from edu_common.ids import new_id
from edu_course.context import CourseContext
from edu_course.courses import repository as courses
from edu_course.courses.errors import CourseNotFound
from edu_course.courses.representation import course_item, fields
from edu_course.courses.service import missing_fields, read_course, write_status
from edu_course.models import Course, ReportStatus, ReportType, Status
from edu_course.moderation import repository
from edu_course.moderation.schemas import (
    CourseFilter,
    ReportCreate,
    ReportDecision,
    ReportFilter,
    ReportReceipt,
    ReviewFilter,
    ReviewModeration,
    TakeDown,
)
from edu_course.people import current_name, is_erased
from edu_course.publishers import AdminAction, publish_admin_action, publish_restored, publish_taken_down
from edu_course.reviews import repository as review_rows
from edu_course.reviews import service as reviews
from edu_course.reviews.service import ReviewNotFound


class ReportNotFound(NotFound):
    code = "report_not_found"
    detail = "There is no such report."


class AlreadyReported(DomainError):
    status = 409
    code = "already_reported"
    detail = "You have reported this already. An admin will look at it."


class AlreadyDecided(DomainError):
    status = 409
    code = "already_decided"
    detail = "An admin has decided on this report already."


async def list_courses(app: CourseContext, filters: CourseFilter, params: PageParams) -> dict[str, Any]:
    """Return a page of all courses that match, newest first."""
    values = filters.model_dump(exclude_none=True, exclude={"q"})
    if filters.q:
        values["q"] = repository.pattern(filters.q)
    scope = {"list": "admin/courses", **filters.model_dump(mode="json")}
    async with app.database.read() as connection:
        listing = repository.courses(frozenset(values))
        found = await listing.paginate(connection, params, app.cursors, scope, **values)
    return found.envelope([_admin_course(row) for row in found.rows])


async def take_down(app: CourseContext, admin: Claims, course_id: UUID, body: TakeDown) -> dict[str, Any]:
    """Take a course off sale; its teacher is told why. Repeating it changes reason and access."""
    async with app.database.unit_of_work() as unit:
        course, erased = await _lock_course(unit, course_id)
        await _take_down(app, unit, admin, course, "" if erased else body.reason, access=body.access)
        return await _read_course(unit, course_id)


async def _take_down(
    app: CourseContext, unit: UnitOfWork, admin: Claims, course: Course, reason: str, *, access: bool
) -> None:
    taken_down = {"taken_down_from": course.taken_down_from or course.status, "taken_down_reason": reason}
    await write_status(app, unit, course, Status.ARCHIVED, **taken_down, taken_down_access=access)
    await publish_taken_down(unit, course, reason=reason, access=access)
    detail = {"course_id": course.id, "access": access}
    await publish_admin_action(unit, admin, AdminAction.COURSE_TAKEN_DOWN, course.teacher_id, **detail)


async def restore(app: CourseContext, admin: Claims, course_id: UUID) -> dict[str, Any]:
    """Give a course that was taken down the status it had; one that is no longer complete becomes a draft."""
    async with app.database.unit_of_work() as unit:
        course, _ = await _lock_course(unit, course_id)
        if course.taken_down_from is not None:
            await _restore(app, unit, admin, course)
        return await _read_course(unit, course_id)


async def _restore(app: CourseContext, unit: UnitOfWork, admin: Claims, course: Course) -> None:
    status = Status(course.taken_down_from or course.status)
    if status is Status.PUBLISHED and missing_fields(fields(course)):
        status = Status.DRAFT
    changed = await write_status(
        app, unit, course, status, taken_down_from=None, taken_down_reason="", taken_down_access=True
    )
    await publish_restored(unit, changed)
    await publish_admin_action(unit, admin, AdminAction.COURSE_RESTORED, course.teacher_id, course_id=course.id)


async def _lock_course(unit: UnitOfWork, course_id: UUID) -> tuple[Course, bool]:
    """Lock a course; return it and whether its teacher was erased, who is not erased until the transaction ends."""
    found = await courses.find(unit, course_id)
    erased = found is not None and await is_erased(unit, found["teacher_id"])
    course = await courses.lock(unit, course_id)
    if course is None:
        raise CourseNotFound
    return course, erased


async def _read_course(connection: Connection, course_id: UUID) -> dict[str, Any]:
    row = await repository.find_course(connection, course_id)
    if row is None:
        raise CourseNotFound
    return _admin_course(row)


def _admin_course(row: Row) -> dict[str, Any]:
    more = ("taken_down_reason", "taken_down_access", "open_reports")
    return course_item(row) | {name: row[name] for name in more}


async def list_reviews(app: CourseContext, filters: ReviewFilter, params: PageParams) -> dict[str, Any]:
    """Return a page of the reviews of all courses that match, newest first."""
    values = filters.model_dump(exclude_none=True, include={"course_id"})
    scope = {"list": "admin/reviews", **filters.model_dump(mode="json")}
    async with app.database.read() as connection:
        listing = repository.reviews(filters.state, of_course=bool(values))
        found = await listing.paginate(connection, params, app.cursors, scope, **values)
    return found.envelope(found.rows)


async def moderate_review(app: CourseContext, admin: Claims, review_id: UUID, body: ReviewModeration) -> Row:
    """Hide a review or show it again; raise `ReviewNotFound`."""
    async with app.database.unit_of_work() as unit:
        found = await review_rows.find(unit, review_id)
        erased = found is not None and await is_erased(unit, found.student_id)
        course, review = await reviews.lock_review(unit, review_id)
        if body.hidden:
            await reviews.hide(app, unit, admin, course, review, reason="" if erased else body.reason)
        else:
            await reviews.show(app, unit, admin, course, review)
        row = await repository.find_review(unit, review_id)
    if row is None:
        raise ReviewNotFound
    return row


async def report_course(app: CourseContext, user: Claims, course_id: UUID, body: ReportCreate) -> ReportReceipt:
    """Report a course that the user may see; raise `CourseNotFound` or `AlreadyReported`."""
    await read_course(app, user, course_id)
    async with app.database.read() as connection:
        course = await courses.find(connection, course_id)
    if course is None:
        raise CourseNotFound
    about = {"type": ReportType.COURSE, "course_id": course_id, "target_id": course_id}
    return await _report(app, user, body, about | {"author_id": course["teacher_id"]})


async def report_review(app: CourseContext, user: Claims, review_id: UUID, body: ReportCreate) -> ReportReceipt:
    """Report a review that the user may see; raise `ReviewNotFound`, `CourseNotFound` or `AlreadyReported`."""
    async with app.database.read() as connection:
        review = await review_rows.find(connection, review_id)
    if review is None:
        raise ReviewNotFound
    await read_course(app, user, review.course_id)
    about = {"type": ReportType.REVIEW, "course_id": review.course_id, "target_id": review_id}
    return await _report(app, user, body, about | {"author_id": review.student_id})


async def _report(app: CourseContext, user: Claims, body: ReportCreate, about: dict[str, Any]) -> ReportReceipt:
    async with app.database.unit_of_work() as unit:
        erased = await current_name(unit, user) == ""
        written = {"reason": body.reason, "comment": "" if erased else body.comment}
        values = about | written | {"id": new_id(), "reporter_id": user.user_id}
        report = await repository.add(unit, values)
    if report is None:
        raise AlreadyReported
    return ReportReceipt.model_validate(report, from_attributes=True)


async def list_reports(app: CourseContext, filters: ReportFilter, params: PageParams) -> dict[str, Any]:
    """Return a page of the reports that match, newest first."""
    values = filters.model_dump(exclude_none=True)
    scope = {"list": "admin/reports", **filters.model_dump(mode="json")}
    async with app.database.read() as connection:
        listing = repository.reports(frozenset(values))
        found = await listing.paginate(connection, params, app.cursors, scope, **values)
    return found.envelope([_report_item(row) for row in found.rows])


async def decide(app: CourseContext, admin: Claims, report_id: UUID, body: ReportDecision) -> dict[str, Any]:
    """Decide on all open reports of what was reported; raise `ReportNotFound` or `AlreadyDecided`."""
    async with app.database.unit_of_work() as unit:
        report = await _find_report(unit, report_id)
        note = "" if await is_erased(unit, report["author_id"]) else body.note
        course = await courses.lock(unit, report["course_id"])
        report = await _find_report(unit, report_id)  # read while locked
        if course is None or report["status"] != ReportStatus.OPEN:
            raise AlreadyDecided
        await _carry_out(app, unit, admin, course, report, body.decision, note)
        await repository.close(unit, report["target_id"], body.decision, decided_by=admin.user_id, note=note)
        detail = {"report_id": report_id, "decision": body.decision, "course_id": course.id}
        await publish_admin_action(unit, admin, AdminAction.REPORT_DECIDED, report["author_id"], **detail)
        return _report_item(await _find_report(unit, report_id))


async def _carry_out(
    app: CourseContext,
    unit: UnitOfWork,
    admin: Claims,
    course: Course,
    report: Row,
    decision: ReportStatus,
    note: str,
) -> None:
    if decision is ReportStatus.DISMISSED:
        return
    if report["type"] == ReportType.COURSE:
        await _take_down(app, unit, admin, course, note, access=decision is ReportStatus.HIDDEN)
        return
    review = await review_rows.find(unit, report["target_id"])
    if review is not None:
        carry_out = reviews.hide if decision is ReportStatus.HIDDEN else reviews.remove
        await carry_out(app, unit, admin, course, review, reason=note)


async def _find_report(connection: Connection, report_id: UUID) -> Row:
    row = await repository.find_report(connection, report_id)
    if row is None:
        raise ReportNotFound
    return row


def _report_item(row: Row) -> dict[str, Any]:
    item = dict(row)
    review = {"rating": row["rating"], "comment": row["review_comment"]}
    review |= {"author_name": row["author_name"], "hidden": row["hidden"]}
    return item | {"review": review if row["rating"] is not None else None}
