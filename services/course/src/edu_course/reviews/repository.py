"""SQL of reviews, and of the sums that a course keeps of them."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, Integer, and_, bindparam, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from edu_common.database.models import binds
from edu_common.database.pagination import Cursors, Key, Listing, PageParams, Slice, by_newest
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_course.models import Course, Review, RevokedEnrollment
from edu_course.reviews.schemas import ReviewSort

COLUMNS = (
    Review.id,
    Review.course_id,
    Review.rating,
    Review.comment,
    Review.author_name,
    Review.created_at,
    Review.updated_at,
)
TABLE_COLUMNS = Review.__table__.columns

ADD = (
    insert(Review)
    .values(binds(("id", "course_id", "student_id", "author_name", "rating", "comment")))
    .on_conflict_do_nothing(index_elements=["course_id", "student_id"])
    .returning(*TABLE_COLUMNS)
)


async def add(unit: UnitOfWork, values: Mapping[str, Any]) -> Review | None:
    """Insert a review; return None when this student has already reviewed this course."""
    return await unit.load(Review, ADD, **values)


COURSE_OF = select(Review.course_id).where(Review.id == bindparam("id"))


async def course_of(connection: Connection, review_id: UUID) -> UUID | None:
    return await connection.scalar(COURSE_OF, id=review_id)


FIND = select(*TABLE_COLUMNS).where(Review.id == bindparam("id"))


async def find(connection: Connection, review_id: UUID) -> Review | None:
    return await connection.load(Review, FIND, id=review_id)


@cache
def _update(names: frozenset[str]) -> Executable:
    statement = update(Review).where(Review.id == bindparam("review_id"))
    return statement.values(**binds(sorted(names)), updated_at=func.clock_timestamp()).returning(*TABLE_COLUMNS)


async def change(unit: UnitOfWork, review_id: UUID, changes: Mapping[str, Any]) -> Review:
    """Write columns of a review whose course is locked."""
    (review,) = await unit.load_all(Review, _update(frozenset(changes)), review_id=review_id, **changes)
    return review


REMOVE = delete(Review).where(Review.id == bindparam("id"))


async def remove(unit: UnitOfWork, review_id: UUID) -> None:
    await unit.execute(REMOVE, id=review_id)


ADD_TO_SUMS = (
    update(Course)
    .where(Course.id == bindparam("course_id"))
    .values(
        rating_sum=Course.rating_sum + bindparam("rating", type_=Integer),
        review_count=Course.review_count + bindparam("count", type_=Integer),
    )
)


async def add_to_sums(unit: UnitOfWork, course_id: UUID, *, rating: int, count: int) -> None:
    """Add to the course's sum of ratings and count of reviews."""
    await unit.execute(ADD_TO_SUMS, course_id=course_id, rating=rating, count=count)


NEWEST = by_newest(Review.created_at, Review.id)
BEST = [Key(column=Review.rating, kind=int, descending=True), *NEWEST]
COUNTS = and_(~Review.hidden, ~Review.withdrawn)
VISIBLE = select(*COLUMNS).where(Review.course_id == bindparam("course_id"), COUNTS)
OF_COURSE = {ReviewSort.NEWEST: Listing(VISIBLE, NEWEST), ReviewSort.RATING: Listing(VISIBLE, BEST)}


async def list_of_course(
    connection: Connection, course_id: UUID, sort: ReviewSort, params: PageParams, cursors: Cursors
) -> Slice:
    """Return a page of the reviews that count, newest first within a rating."""
    scope = {"list": "reviews/course", "course": course_id, "sort": sort}
    return await OF_COURSE[sort].paginate(connection, params, cursors, scope, course_id=course_id)


OF_AUTHOR = select(*COLUMNS).where(Review.student_id == bindparam("student_id"))
ALL_OF_AUTHOR = Listing(OF_AUTHOR, NEWEST)
OF_AUTHOR_AND_COURSE = Listing(OF_AUTHOR.where(Review.course_id == bindparam("course_id")), NEWEST)


async def list_of_author(
    connection: Connection, student_id: UUID, course_id: UUID | None, params: PageParams, cursors: Cursors
) -> Slice:
    """Return a page of the student's reviews, of one course or all, newest first."""
    scope = {"list": "reviews/me", "student": student_id, "course": course_id}
    if course_id is None:
        return await ALL_OF_AUTHOR.paginate(connection, params, cursors, scope, student_id=student_id)
    return await OF_AUTHOR_AND_COURSE.paginate(
        connection, params, cursors, scope, student_id=student_id, course_id=course_id
    )


BY_RATING = (
    select(Review.rating, func.count())
    .where(Review.course_id == bindparam("course_id"), COUNTS)
    .group_by(Review.rating)
)


async def histogram(connection: Connection, course_id: UUID) -> dict[str, int]:
    """Return how many of the reviews that count gave each rating."""
    counted = {row[0]: row[1] for row in await connection.all(BY_RATING, course_id=course_id)}
    return {str(rating): counted.get(rating, 0) for rating in range(1, 6)}


REVOKE = insert(RevokedEnrollment).values(binds(("student_id", "course_id"))).on_conflict_do_nothing()


async def revoke(unit: UnitOfWork, student_id: UUID, course_id: UUID) -> None:
    """Record that the student's enrollment was revoked."""
    await unit.execute(REVOKE, student_id=student_id, course_id=course_id)


OF_REVOKED = (
    RevokedEnrollment.student_id == bindparam("student_id"),
    RevokedEnrollment.course_id == bindparam("course_id"),
)
RENEW = delete(RevokedEnrollment).where(*OF_REVOKED)


async def renew(unit: UnitOfWork, student_id: UUID, course_id: UUID) -> None:
    """Record that the student is enrolled again."""
    await unit.execute(RENEW, student_id=student_id, course_id=course_id)


IS_REVOKED = select(exists().where(*OF_REVOKED))


async def is_revoked(connection: Connection, student_id: UUID, course_id: UUID) -> bool:
    return await connection.scalar(IS_REVOKED, student_id=student_id, course_id=course_id)


SET_WITHDRAWN = (
    update(Review)
    .where(
        Review.student_id == bindparam("of_student"),
        Review.course_id == bindparam("of_course"),
        Review.withdrawn != bindparam("withdrawn"),
    )
    .values(withdrawn=bindparam("withdrawn"))
    .returning(*TABLE_COLUMNS)
)


async def set_withdrawn(unit: UnitOfWork, student_id: UUID, course_id: UUID, *, withdrawn: bool) -> Review | None:
    """Withdraw a student's review or restore it; return it, or None when nothing changes."""
    return await unit.load(Review, SET_WITHDRAWN, of_student=student_id, of_course=course_id, withdrawn=withdrawn)


SET_HIDDEN = (
    update(Review)
    .where(Review.id == bindparam("review_id"))
    .values(hidden=bindparam("hidden"))
    .returning(*TABLE_COLUMNS)
)


async def set_hidden(unit: UnitOfWork, review_id: UUID, *, hidden: bool) -> Review:
    """Hide a review whose course is locked, or show it again."""
    (review,) = await unit.load_all(Review, SET_HIDDEN, review_id=review_id, hidden=hidden)
    return review


RENAME_AUTHOR = (
    update(Review)
    .where(Review.student_id == bindparam("author"), Review.author_name != bindparam("name"))
    .values(author_name=bindparam("name"))
    .returning(Review.course_id)
)


async def rename_author(unit: UnitOfWork, student_id: UUID, name: str) -> set[UUID]:
    """Update the author's name; return the courses whose reviews showed another one."""
    return set(await unit.scalars(RENAME_AUTHOR, author=student_id, name=name))
