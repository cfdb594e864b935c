"""Use cases of reviews. Each write locks the course first: its sums and its reviews change together."""

from functools import partial
from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.pagination import PageParams
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import DomainError, NotFound
from edu_common.ids import new_id
from edu_common.web.conditional import Representation
from edu_course.clients import EnrollmentRequired
from edu_course.context import CourseContext, Shown
from edu_course.courses import repository as courses
from edu_course.courses.access import read
from edu_course.courses.errors import CourseNotFound
from edu_course.courses.service import read_course
from edu_course.models import Course, ReportStatus, Review, Status
from edu_course.moderation import repository as reports
from edu_course.people import current_name
from edu_course.publishers import (
    AdminAction,
    publish_admin_action,
    publish_review_created,
    publish_review_hidden,
    publish_review_restored,
)
from edu_course.reviews import repository
from edu_course.reviews.schemas import ReviewCreate, ReviewSort, ReviewUpdate


class ReviewNotFound(NotFound):
    detail = "There is no such review."


class NotAuthor(DomainError):
    status = 403
    code = "not_author"
    detail = "Only its author may do this with a review."


class AlreadyReviewed(DomainError):
    status = 409
    code = "already_reviewed"
    detail = "You have reviewed this course already. Change that review."


async def list_reviews(
    app: CourseContext, user: Claims | None, course_id: UUID, sort: ReviewSort, params: PageParams
) -> tuple[Representation, str]:
    """Return reviews of a course that the user may see, with the histogram of all, and the `Cache-Control`."""
    key = ("reviews", sort, params.limit, params.offset, params.cursor)
    shown, cache_control = await read(app, user, course_id, key, partial(_load, app, course_id, sort, params))
    return shown.representation, cache_control


async def _load(app: CourseContext, course_id: UUID, sort: ReviewSort, params: PageParams) -> Shown:
    async with app.database.read() as connection:
        course = await courses.find(connection, course_id)
        if course is None:
            raise CourseNotFound
        found = await repository.list_of_course(connection, course_id, sort, params, app.cursors)
        histogram = await repository.histogram(connection, course_id)
    listed = found.envelope([_item(row) for row in found.rows], histogram=histogram)
    return Shown(course["id"], course["teacher_id"], Status(course["visibility"]), Representation.of(listed))


async def list_own(app: CourseContext, user: Claims, course_id: UUID | None, params: PageParams) -> Representation:
    """Return the reviews of the user, hidden ones too, newest first."""
    async with app.database.read() as connection:
        found = await repository.list_of_author(connection, user.user_id, course_id, params, app.cursors)
    return Representation.of(found.envelope([_item(row) for row in found.rows]))


async def create_review(app: CourseContext, user: Claims, body: ReviewCreate) -> Representation:
    """Review a course; raise `CourseNotFound`, `EnrollmentRequired` or `AlreadyReviewed`."""
    await read_course(app, user, body.course_id)
    await app.enrollments.require(user.user_id, body.course_id)
    async with app.database.unit_of_work() as unit:
        author = {"student_id": user.user_id, "author_name": await current_name(unit, user)}
        course = await _lock_course(unit, body.course_id)
        if await repository.is_revoked(unit, user.user_id, course.id):
            raise EnrollmentRequired
        review = await repository.add(unit, body.model_dump() | author | {"id": new_id()})
        if review is None:
            raise AlreadyReviewed
        await repository.add_to_sums(unit, course.id, rating=review.rating, count=1)
        await publish_review_created(unit, course, review)
        app.forget(unit, course.id, course.slug, listed=False)
    return Representation.of(_item(review))


async def update_review(app: CourseContext, user: Claims, review_id: UUID, body: ReviewUpdate) -> Representation:
    """Change the user's review; raise `ReviewNotFound` or `NotAuthor`."""
    async with app.database.unit_of_work() as unit:
        course, review = await lock_review(unit, review_id)
        if review.student_id != user.user_id:
            raise NotAuthor
        before = _share(review)
        review = await repository.change(unit, review_id, body.changes())
        await repository.add_to_sums(unit, course.id, rating=_share(review) - before, count=0)
        app.forget(unit, course.id, course.slug, listed=False)
    return Representation.of(_item(review))


async def delete_review(app: CourseContext, user: Claims, review_id: UUID) -> None:
    """Delete the user's review, or any as an admin; raise `ReviewNotFound` or `NotAuthor`."""
    async with app.database.unit_of_work() as unit:
        course, review = await lock_review(unit, review_id)
        if review.student_id == user.user_id:
            await _remove(app, unit, course, review)
        elif user.role is Role.ADMIN:
            await remove(app, unit, user, course, review, reason="")
        else:
            raise NotAuthor
        await reports.close(unit, review_id, ReportStatus.REMOVED, decided_by=user.user_id)


async def _remove(app: CourseContext, unit: UnitOfWork, course: Course, review: Review) -> None:
    await repository.remove(unit, review.id)
    await repository.add_to_sums(unit, course.id, rating=-_share(review), count=-1 if _counts(review) else 0)
    app.forget(unit, course.id, course.slug, listed=False)


async def remove(
    app: CourseContext, unit: UnitOfWork, admin: Claims, course: Course, review: Review, *, reason: str
) -> None:
    """Delete a review of a locked course as an admin; its author is notified."""
    await _remove(app, unit, course, review)
    await publish_review_hidden(unit, course, review, reason=reason, removed=True)
    await _publish_action(unit, admin, AdminAction.REVIEW_REMOVED, review)


async def hide(
    app: CourseContext, unit: UnitOfWork, admin: Claims, course: Course, review: Review, *, reason: str
) -> Review:
    """Remove a review of a locked course from list and average; its author is notified."""
    if review.hidden:
        return review
    hidden = await _set_hidden(app, unit, course, review, hidden=True)
    await publish_review_hidden(unit, course, hidden, reason=reason)
    await _publish_action(unit, admin, AdminAction.REVIEW_HIDDEN, hidden)
    return hidden


async def show(app: CourseContext, unit: UnitOfWork, admin: Claims, course: Course, review: Review) -> Review:
    """Show a hidden review of a locked course again; its author is notified."""
    if not review.hidden:
        return review
    shown = await _set_hidden(app, unit, course, review, hidden=False)
    await publish_review_restored(unit, course, shown)
    await _publish_action(unit, admin, AdminAction.REVIEW_RESTORED, shown)
    return shown


async def _set_hidden(app: CourseContext, unit: UnitOfWork, course: Course, review: Review, *, hidden: bool) -> Review:
    changed = await repository.set_hidden(unit, review.id, hidden=hidden)
    rating, count = _share(changed) - _share(review), _counts(changed) - _counts(review)
    await repository.add_to_sums(unit, course.id, rating=rating, count=count)
    app.forget(unit, course.id, course.slug, listed=False)
    return changed


async def _publish_action(unit: UnitOfWork, admin: Claims, action: AdminAction, review: Review) -> None:
    detail = {"course_id": review.course_id, "review_id": review.id}
    await publish_admin_action(unit, admin, action, review.student_id, **detail)


def _share(review: Review) -> int:
    """Return what a review contributes to its course's sum of ratings."""
    return review.rating if _counts(review) else 0


def _counts(review: Review) -> bool:
    return not (review.hidden or review.withdrawn)


async def withdraw(unit: UnitOfWork, student_id: UUID, course_id: UUID) -> None:
    """Remove a student's review from a locked course's list and sums, and reject new ones until `restore`."""
    await repository.revoke(unit, student_id, course_id)
    review = await repository.set_withdrawn(unit, student_id, course_id, withdrawn=True)
    if review and not review.hidden:
        await repository.add_to_sums(unit, course_id, rating=-review.rating, count=-1)


async def restore(unit: UnitOfWork, student_id: UUID, course_id: UUID) -> None:
    """Count the review of a student who has access to a locked course again."""
    await repository.renew(unit, student_id, course_id)
    review = await repository.set_withdrawn(unit, student_id, course_id, withdrawn=False)
    if review and not review.hidden:
        await repository.add_to_sums(unit, course_id, rating=review.rating, count=1)


async def _lock_course(unit: UnitOfWork, course_id: UUID) -> Course:
    course = await courses.lock(unit, course_id)
    if course is None:
        raise CourseNotFound
    return course


async def lock_review(unit: UnitOfWork, review_id: UUID) -> tuple[Course, Review]:
    """Lock the review's course and return both; raise `ReviewNotFound`."""
    course_id = await repository.course_of(unit, review_id)
    if course_id is None:
        raise ReviewNotFound
    course = await _lock_course(unit, course_id)
    # Read while locked: it may have been changed or deleted since.
    review = await repository.find(unit, review_id)
    if review is None:
        raise ReviewNotFound
    return course, review


def _item(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in repository.COLUMNS}
