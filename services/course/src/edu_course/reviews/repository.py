"""Rows of reviews, and the sums over them that a course keeps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.database.pagination import Cursors, Key, Listing, PageParams, Slice, by_newest
from edu_common.database.statements import Compiled, Connection
from edu_course.models import Course, Review
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

NEWEST = by_newest(Review.created_at, Review.id)
BEST = [Key(column=Review.rating, kind=int, descending=True), *NEWEST]
VISIBLE = select(*COLUMNS).where(Review.course_id == bindparam("course_id"), ~Review.hidden)
OF_COURSE = {ReviewSort.NEWEST: Listing(VISIBLE, NEWEST), ReviewSort.RATING: Listing(VISIBLE, BEST)}
OF_AUTHOR = select(*COLUMNS).where(Review.student_id == bindparam("student_id"))
ALL_OF_AUTHOR = Listing(OF_AUTHOR, NEWEST)
OF_AUTHOR_AND_COURSE = Listing(OF_AUTHOR.where(Review.course_id == bindparam("course_id")), NEWEST)
BY_RATING = Compiled(
    select(Review.rating, func.count())
    .where(Review.course_id == bindparam("course_id"), ~Review.hidden)
    .group_by(Review.rating)
)


async def add(session: AsyncSession, values: Mapping[str, Any]) -> Review | None:
    """Insert a review; None when this student has reviewed this course already."""
    statement = insert(Review).values(**values).on_conflict_do_nothing(index_elements=["course_id", "student_id"])
    return await session.scalar(statement.returning(Review))


async def course_of(session: AsyncSession, review_id: UUID) -> UUID | None:
    return await session.scalar(select(Review.course_id).where(Review.id == review_id))


async def find(session: AsyncSession, review_id: UUID) -> Review | None:
    return await session.scalar(select(Review).where(Review.id == review_id))


async def change(session: AsyncSession, review_id: UUID, values: Mapping[str, Any]) -> Review:
    statement = (
        update(Review)
        .where(Review.id == review_id)
        .values(**values, updated_at=func.clock_timestamp())
        .returning(Review)
    )
    return (await session.scalars(statement, execution_options={"populate_existing": True})).one()


async def remove(session: AsyncSession, review_id: UUID) -> None:
    await session.execute(delete(Review).where(Review.id == review_id))


async def add_to_sums(session: AsyncSession, course_id: UUID, *, rating: int, count: int) -> None:
    """Add to the course's sum of ratings and count of reviews."""
    await session.execute(
        update(Course)
        .where(Course.id == course_id)
        .values(rating_sum=Course.rating_sum + rating, review_count=Course.review_count + count)
        .execution_options(synchronize_session=False)
    )


async def list_of_course(
    connection: Connection, course_id: UUID, sort: ReviewSort, params: PageParams, cursors: Cursors
) -> Slice:
    """A page of the reviews that are not hidden; within a rating the newest first."""
    scope = {"list": "reviews/course", "course": course_id, "sort": sort}
    return await OF_COURSE[sort].page(connection, params, cursors, scope, course_id=course_id)


async def list_of_author(
    connection: Connection, student_id: UUID, course_id: UUID | None, params: PageParams, cursors: Cursors
) -> Slice:
    scope = {"list": "reviews/me", "student": student_id, "course": course_id}
    if course_id is None:
        return await ALL_OF_AUTHOR.page(connection, params, cursors, scope, student_id=student_id)
    return await OF_AUTHOR_AND_COURSE.page(
        connection, params, cursors, scope, student_id=student_id, course_id=course_id
    )


async def histogram(connection: Connection, course_id: UUID) -> dict[str, int]:
    """How many of the reviews that are not hidden gave each rating."""
    counted = {row[0]: row[1] for row in await connection.rows(BY_RATING, course_id=course_id)}
    return {str(rating): counted.get(rating, 0) for rating in range(1, 6)}


async def rename_author(session: AsyncSession, student_id: UUID, name: str) -> set[UUID]:
    """Correct the author's name; gives the courses whose reviews showed another one."""
    statement = (
        update(Review)
        .where(Review.student_id == student_id, Review.author_name != name)
        .values(author_name=name)
        .returning(Review.course_id)
    )
    return set(await session.scalars(statement))
