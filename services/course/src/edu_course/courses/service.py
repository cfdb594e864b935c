"""Use cases of courses."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims
from edu_common.database.pagination import PageParams
from edu_common.errors import Unprocessable
from edu_common.ids import new_id, utc_now
from edu_common.web.conditional import Representation, require_match, version_tag
from edu_course.context import CourseContext, Shown
from edu_course.courses import repository
from edu_course.courses.access import lock_own, read
from edu_course.courses.errors import CourseNotFound, HasEnrollments, Incomplete
from edu_course.courses.events import tell
from edu_course.courses.representation import course_item, fields
from edu_course.courses.schemas import CourseAnswer, CourseCreate, CourseUpdate
from edu_course.courses.slugs import slug_of
from edu_course.models import Course, Status
from edu_course.people.service import current_name, require_verified

STATUS_EVENTS = {
    Status.PUBLISHED: "course.published",
    Status.DRAFT: "course.updated",
    Status.ARCHIVED: "course.archived",
}


async def read_course(app: CourseContext, user: Claims | None, ref: UUID | str) -> tuple[Representation, str]:
    """A course by id or slug, and its `Cache-Control`."""
    shown, cache_control = await read(app, user, ref, "course", partial(_load, app, ref))
    return shown.representation, cache_control


async def _load(app: CourseContext, ref: UUID | str) -> Shown:
    async with app.database.connection() as connection:
        course = await repository.find(connection, ref)
    if course is None:
        raise CourseNotFound
    representation = Representation.of(course_item(course), version_tag(course["version"]))
    return Shown(course["id"], course["teacher_id"], Status(course["status"]), representation)


def _represent(course: Course) -> Representation:
    return Representation.of(course_item(fields(course)), version_tag(course.version))


async def list_own(app: CourseContext, user: Claims, status: Status | None, params: PageParams) -> Representation:
    """The teacher's courses, newest first, and sums over all of them."""
    async with app.database.connection() as connection:
        found = await repository.list_of_teacher(connection, user.user_id, status, params, app.cursors)
        counts = await repository.counts_of_teacher(connection, user.user_id)
    return Representation.of(found.envelope([course_item(row) for row in found.rows], counts=counts))


async def create_course(app: CourseContext, user: Claims, body: CourseCreate) -> Representation:
    """A new draft; raises `TeacherNotVerified`."""
    _check_price(body.is_free, body.price)
    async with app.database.transaction() as session:
        await require_verified(session, user)
        values = body.model_dump() | {
            "id": new_id(),
            "teacher_id": user.user_id,
            "teacher_name": await current_name(session, user),
            "category": await _category(session, body.category),
        }
        course = await repository.add(session, values)
        app.forget(session, course.id, course.slug, listed=False)
    return _represent(course)


async def update_course(
    app: CourseContext, user: Claims, course_id: UUID, body: CourseUpdate, if_match: str | None
) -> Representation:
    """Change what was sent; a slug follows the title until the course was published for the first time."""
    async with app.database.transaction() as session:
        course = await lock_own(session, user, course_id)
        await require_verified(session, user)
        require_match(if_match, course.version)
        changes = await _changes(session, course, body)
        if changes:
            course = await _change(app, session, course, changes)
    return _represent(course)


async def _changes(session: AsyncSession, course: Course, body: CourseUpdate) -> dict[str, Any]:
    """The fields whose value becomes another one, once they are known to be coherent."""
    sent = body.changes()
    if "category" in sent:
        sent["category"] = await _category(session, body.category)
    after = fields(course) | sent
    _check_price(after["is_free"], after["price"])
    if course.status == Status.PUBLISHED:
        _check_complete(after)
    return {name: value for name, value in sent.items() if value != getattr(course, name)}


async def _change(app: CourseContext, session: AsyncSession, course: Course, changes: Mapping[str, Any]) -> Course:
    app.forget(session, course.id, course.slug, listed=course.status == Status.PUBLISHED)
    title = changes.get("title", course.title)
    if course.published_at is None and slug_of(title) != slug_of(course.title):
        await repository.rename_slug(session, course.id, title)
    changed = await repository.change(session, course.id, changes)
    await tell(session, "course.updated", changed)
    app.forget(session, changed.slug, listed=False)
    return changed


async def set_status(app: CourseContext, user: Claims, course_id: UUID, status: Status) -> Representation:
    """Publish a course, take it back or archive it; raises `Incomplete` when there is too little to publish."""
    async with app.database.transaction() as session:
        course = await lock_own(session, user, course_id)
        await require_verified(session, user)
        if status is Status.PUBLISHED:
            _check_complete(fields(course))
        if course.status != status:
            app.forget(session, course.id, course.slug, listed=Status.PUBLISHED in (course.status, status))
            course = await repository.change(session, course_id, _status_values(course, status))
            await tell(session, STATUS_EVENTS[status], course)
    return _represent(course)


def _status_values(course: Course, status: Status) -> dict[str, Any]:
    first_time = status is Status.PUBLISHED and course.published_at is None
    return {"status": status} | ({"published_at": utc_now()} if first_time else {})


async def delete_course(app: CourseContext, user: Claims, course_id: UUID) -> None:
    """Delete a course that nobody is enrolled in at this moment; raises `HasEnrollments`, `ServiceUnavailable`."""
    async with app.database.transaction() as session:
        await lock_own(session, user, course_id)
        await require_verified(session, user)
    if await app.enrollments.count(course_id):
        raise HasEnrollments
    async with app.database.transaction() as session:
        course = await lock_own(session, user, course_id)
        await tell(session, "course.deleted", course)
        await repository.remove(session, course_id)
        app.forget(session, course.id, course.slug, listed=course.status == Status.PUBLISHED)


async def _category(session: AsyncSession, name: str | None) -> str | None:
    """The slug of a category given by slug or name."""
    slug = await repository.find_category(session, name) if name else None
    if name and slug is None:
        raise Unprocessable.at("body", "category", msg="There is no such category. GET /categories lists them.")
    return slug


def _check_price(is_free: bool, price: Decimal | None) -> None:
    if is_free and price is not None:
        message = "A free course has no price: send is_free false, or price null."
        raise Unprocessable.at("body", "price", msg=message)
    if not is_free and price is None:
        raise Unprocessable.at("body", "price", msg="A paid course needs a price: send one, or is_free true.")


def _check_complete(course: Mapping[str, Any]) -> None:
    """Raise `Incomplete` when something is missing that a published course must have."""
    parts = {
        "title": course["title"].strip(),
        "description": course["description"].strip(),
        "category": course["category"],
        "lessons": course["lesson_count"],
    }
    if missing := [name for name, value in parts.items() if not value]:
        raise Incomplete(missing)


async def answer_about(app: CourseContext, course_id: UUID) -> CourseAnswer:
    """A course as another service sees it, always fresh: it sells by this answer."""
    async with app.database.connection() as connection:
        course = await repository.find(connection, course_id)
        if course is None:
            raise CourseNotFound
        lesson_ids = await repository.lesson_ids(connection, course_id)
    return CourseAnswer(**dict(course), lesson_ids=lesson_ids)
