"""Use cases of reviews. Each write locks the course first: its sums and its reviews change together."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.pagination import PageParams
from edu_common.events import publish
from edu_common.ids import new_id
from edu_common.web.conditional import Representation
from edu_course.context import CourseContext, Shown
from edu_course.courses import repository as courses
from edu_course.courses.access import read
from edu_course.courses.errors import CourseNotFound
from edu_course.courses.service import read_course
from edu_course.models import Course, Review, Status
from edu_course.people.service import current_name
from edu_course.publishers import ROUTES
from edu_course.reviews import repository
from edu_course.reviews.errors import AlreadyReviewed, NotAuthor, ReviewNotFound
from edu_course.reviews.schemas import ReviewCreate, ReviewSort, ReviewUpdate


async def list_reviews(
    app: CourseContext, user: Claims | None, course_id: UUID, sort: ReviewSort, params: PageParams
) -> tuple[Representation, str]:
    """Reviews of a course that the user may see, with the histogram of all, and the `Cache-Control`."""
    key = ("reviews", sort, params.limit, params.offset, params.cursor)
    shown, cache_control = await read(app, user, course_id, key, partial(_load, app, course_id, sort, params))
    return shown.representation, cache_control


async def _load(app: CourseContext, course_id: UUID, sort: ReviewSort, params: PageParams) -> Shown:
    async with app.database.connection() as connection:
        course = await courses.find(connection, course_id)
        if course is None:
            raise CourseNotFound
        found = await repository.list_of_course(connection, course_id, sort, params, app.cursors)
        histogram = await repository.histogram(connection, course_id)
    listed = found.envelope([_item(row) for row in found.rows], histogram=histogram)
    return Shown(course["id"], course["teacher_id"], Status(course["status"]), Representation.of(listed))


async def list_own(app: CourseContext, user: Claims, course_id: UUID | None, params: PageParams) -> Representation:
    """What the user has written, hidden reviews too, newest first."""
    async with app.database.connection() as connection:
        found = await repository.list_of_author(connection, user.user_id, course_id, params, app.cursors)
    return Representation.of(found.envelope([_item(row) for row in found.rows]))


async def create_review(app: CourseContext, user: Claims, body: ReviewCreate) -> Representation:
    """Raises `CourseNotFound`, `EnrollmentRequired`, `AlreadyReviewed`."""
    await read_course(app, user, body.course_id)
    await app.enrollments.require(user.user_id, body.course_id)
    async with app.database.transaction() as session:
        course = await _lock_course(session, body.course_id)
        author = {"student_id": user.user_id, "author_name": await current_name(session, user)}
        review = await repository.add(session, body.model_dump() | author | {"id": new_id()})
        if review is None:
            raise AlreadyReviewed
        await repository.add_to_sums(session, course.id, rating=review.rating, count=1)
        await _tell_created(session, course, review)
        app.forget(session, course.id, course.slug, listed=False)
    return Representation.of(_item(review))


async def update_review(app: CourseContext, user: Claims, review_id: UUID, body: ReviewUpdate) -> Representation:
    """Raises `ReviewNotFound`, `NotAuthor`."""
    async with app.database.transaction() as session:
        course, review = await _lock_review(session, review_id)
        if review.student_id != user.user_id:
            raise NotAuthor
        before = _share(review)
        review = await repository.change(session, review_id, body.changes())
        await repository.add_to_sums(session, course.id, rating=_share(review) - before, count=0)
        app.forget(session, course.id, course.slug, listed=False)
    return Representation.of(_item(review))


async def delete_review(app: CourseContext, user: Claims, review_id: UUID) -> None:
    """Raises `ReviewNotFound`, `NotAuthor`."""
    async with app.database.transaction() as session:
        course, review = await _lock_review(session, review_id)
        if review.student_id != user.user_id and user.role is not Role.ADMIN:
            raise NotAuthor
        await repository.remove(session, review_id)
        await repository.add_to_sums(session, course.id, rating=-_share(review), count=0 if review.hidden else -1)
        app.forget(session, course.id, course.slug, listed=False)


def _share(review: Review) -> int:
    """What a review adds to its course's sum of ratings."""
    return 0 if review.hidden else review.rating


async def _lock_course(session: AsyncSession, course_id: UUID) -> Course:
    course = await courses.lock(session, course_id)
    if course is None:
        raise CourseNotFound
    return course


async def _lock_review(session: AsyncSession, review_id: UUID) -> tuple[Course, Review]:
    course_id = await repository.course_of(session, review_id)
    if course_id is None:
        raise ReviewNotFound
    course = await _lock_course(session, course_id)
    # Read under the lock: it may have been changed or deleted since.
    review = await repository.find(session, review_id)
    if review is None:
        raise ReviewNotFound
    return course, review


async def _tell_created(session: AsyncSession, course: Course, review: Review) -> None:
    data = {
        "review_id": review.id,
        "course_id": course.id,
        "course_title": course.title,
        "course_slug": course.slug,
        "teacher_id": course.teacher_id,
        "author_name": review.author_name,
        "rating": review.rating,
    }
    await publish(session, ROUTES, "review.created", course.id, data)


def _item(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in repository.COLUMNS}
