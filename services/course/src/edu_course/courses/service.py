"""Use cases of courses."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.database.executor import Row
from edu_common.database.pagination import PageParams
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import Unprocessable
from edu_common.ids import new_id, utc_now
from edu_common.web.conditional import Representation, require_match, version_tag
from edu_course.context import CourseContext, Shown
from edu_course.courses import repository
from edu_course.courses.access import lock_own, read
from edu_course.courses.errors import CourseNotFound, HasEnrollments, HasPayments, Incomplete, TakenDown
from edu_course.courses.representation import course_item, fields
from edu_course.courses.schemas import CourseCreate, CourseSnapshot, CourseUpdate
from edu_course.courses.slugs import slug_of
from edu_course.models import Course, Status
from edu_course.people import current_name, require_verified
from edu_course.publishers import AdminAction, publish_admin_action, publish_course

STATUS_EVENTS = {
    Status.PUBLISHED: "course.published",
    Status.DRAFT: "course.updated",
    Status.ARCHIVED: "course.archived",
}


async def read_course(app: CourseContext, user: Claims | None, ref: UUID | str) -> tuple[Representation, str]:
    """Return a course by id or slug, and its `Cache-Control`."""
    shown, cache_control = await read(app, user, ref, "course", partial(_load, app, ref))
    return shown.representation, cache_control


async def _load(app: CourseContext, ref: UUID | str) -> Shown:
    async with app.database.read() as connection:
        course = await repository.find(connection, ref)
    if course is None:
        raise CourseNotFound
    other_course_possible = not isinstance(ref, UUID)
    tag = version_tag(course["version"], within=course["id"] if other_course_possible else None)
    representation = Representation.of(course_item(course), tag)
    return Shown(course["id"], course["teacher_id"], Status(course["visibility"]), representation)


def represent(course: Course) -> Representation:
    return Representation.of(course_item(fields(course)), version_tag(course.version))


async def list_own(app: CourseContext, user: Claims, status: Status | None, params: PageParams) -> Representation:
    """Return the teacher's courses, newest first, and sums over all of them."""
    async with app.database.read() as connection:
        found = await repository.list_of_teacher(connection, user.user_id, status, params, app.cursors)
        counts = await repository.counts_of_teacher(connection, user.user_id)
    return Representation.of(found.envelope([course_item(row) for row in found.rows], counts=counts))


async def create_course(app: CourseContext, user: Claims, body: CourseCreate) -> Representation:
    """Create a draft; raise `TeacherNotVerified`."""
    _check_price(body.is_free, body.price)
    async with app.database.unit_of_work() as unit:
        await require_verified(unit, user)
        values = body.model_dump() | {
            "id": new_id(),
            "teacher_id": user.user_id,
            "teacher_name": await current_name(unit, user),
            "category": await _category(unit, body.category),
        }
        course = await repository.add(unit, values)
        app.forget(unit, course.id, course.slug, listed=False)
    return represent(course)


async def update_course(
    app: CourseContext, user: Claims, course_id: UUID, body: CourseUpdate, if_match: str | None
) -> Representation:
    """Change the fields that were sent; the slug follows the title until the course is first published."""
    async with app.database.unit_of_work() as unit:
        course = await lock_own(unit, user, course_id)
        await require_verified(unit, user)
        require_match(if_match, course.version)
        changes = await _changes(unit, course, body)
        if changes:
            course = await _change(app, unit, course, changes)
    return represent(course)


async def _changes(unit: UnitOfWork, course: Course, body: CourseUpdate) -> dict[str, Any]:
    """Return the fields whose value changes; raise `Unprocessable` or `Incomplete` for invalid ones."""
    sent = body.changes()
    if "category" in sent:
        sent["category"] = await _category(unit, body.category)
    after = fields(course) | sent
    _check_price(after["is_free"], after["price"])
    if course.status == Status.PUBLISHED:
        _check_complete(after)
    return {name: value for name, value in sent.items() if value != getattr(course, name)}


async def _change(app: CourseContext, unit: UnitOfWork, course: Course, changes: Mapping[str, Any]) -> Course:
    app.forget(unit, course.id, course.slug, listed=course.status == Status.PUBLISHED)
    title = changes.get("title", course.title)
    if course.published_at is None and slug_of(title) != slug_of(course.title):
        await repository.rename_slug(unit, course.id, title)
    changed = await repository.change(unit, course.id, changes)
    await publish_course(unit, "course.updated", changed)
    app.forget(unit, changed.slug, listed=False)
    return changed


async def publish(app: CourseContext, user: Claims, course_id: UUID) -> Representation:
    """Publish a course; raise `Incomplete` when a field that publishing needs, or a lesson's content, is missing."""
    async with app.database.unit_of_work() as unit:
        course = await lock_own(unit, user, course_id)
        await require_verified(unit, user)
        if course.status != Status.PUBLISHED:
            _check_complete(fields(course), await repository.empty_lessons(unit, course.id))
        return represent(await _set_status(app, unit, course, Status.PUBLISHED))


async def take_off_sale(app: CourseContext, user: Claims, course_id: UUID, status: Status) -> Representation:
    """Unpublish or archive the user's course; admins may do so with any course."""
    async with app.database.unit_of_work() as unit:
        if user.role is Role.ADMIN:
            course = await repository.lock(unit, course_id)
            if course is None:
                raise CourseNotFound
            if course.status != status:
                action = AdminAction.COURSE_ARCHIVED if status is Status.ARCHIVED else AdminAction.COURSE_UNPUBLISHED
                await publish_admin_action(unit, user, action, course.teacher_id, course_id=course.id)
        else:
            course = await lock_own(unit, user, course_id)
            await require_verified(unit, user)
        return represent(await _set_status(app, unit, course, status))


async def archive_all(app: CourseContext, unit: UnitOfWork, teacher_id: UUID) -> None:
    """Take a teacher's published courses off sale, since no one maintains them now; enrolled students keep them."""
    for course_id in await repository.published_by(unit, teacher_id):
        course = await repository.lock(unit, course_id)
        if course and course.status == Status.PUBLISHED:
            await _set_status(app, unit, course, Status.ARCHIVED)
    await repository.end_taken_down(unit, teacher_id)


async def _set_status(app: CourseContext, unit: UnitOfWork, course: Course, status: Status) -> Course:
    if course.status == status:
        return course
    if course.taken_down_from is not None:
        raise TakenDown
    return await write_status(app, unit, course, status)


async def write_status(
    app: CourseContext, unit: UnitOfWork, course: Course, status: Status, **more: str | bool | None
) -> Course:
    """Write the status, and `more` columns, of a locked course, and publish it to the other services."""
    app.forget(unit, course.id, course.slug, listed=Status.PUBLISHED in (course.status, status))
    changed = await repository.change(unit, course.id, _status_values(course, status) | more)
    await publish_course(unit, STATUS_EVENTS[status], changed)
    return changed


def _status_values(course: Course, status: Status) -> dict[str, Any]:
    first_time = status is Status.PUBLISHED and course.published_at is None
    return {"status": status} | ({"published_at": utc_now()} if first_time else {})


async def delete_course(app: CourseContext, user: Claims, course_id: UUID) -> None:
    """Delete a course without enrollments and payments.

    Raise `HasEnrollments`, `HasPayments` or `ServiceUnavailable`. A student who pays between this check and the
    deletion is refunded: the enrollment service responds to a payment for a deleted course with `enrollment.refused`.
    """
    async with app.database.unit_of_work() as unit:
        await lock_own(unit, user, course_id)
        await require_verified(unit, user)
    if await app.enrollments.count(course_id):
        raise HasEnrollments
    if await app.payments.count(course_id):
        raise HasPayments
    async with app.database.unit_of_work() as unit:
        course = await lock_own(unit, user, course_id)
        await publish_course(unit, "course.deleted", course)
        await repository.remove(unit, course_id)
        app.forget(unit, course.id, course.slug, listed=course.status == Status.PUBLISHED)


async def _category(unit: UnitOfWork, name: str | None) -> str | None:
    """Return the slug of a category given by slug or name; raise `Unprocessable` for an unknown one."""
    slug = await repository.find_category(unit, name) if name else None
    if name and slug is None:
        raise Unprocessable.at("body", "category", msg="There is no such category. GET /categories lists them.")
    return slug


def _check_price(is_free: bool, price: Decimal | None) -> None:
    if is_free and price is not None:
        message = "A free course has no price: send is_free false, or price null."
        raise Unprocessable.at("body", "price", msg=message)
    if not is_free and price is None:
        raise Unprocessable.at("body", "price", msg="A paid course needs a price: send one, or is_free true.")


def _check_complete(course: Mapping[str, Any], empty_lessons: Sequence[Row] = ()) -> None:
    """Raise `Incomplete` when a field that a published course must have is missing, or a lesson is empty."""
    missing = missing_fields(course)
    if missing or empty_lessons:
        raise Incomplete(missing, empty_lessons)


def missing_fields(course: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that the course lacks to be published."""
    required = {
        "title": course["title"].strip(),
        "description": course["description"].strip(),
        "category": course["category"],
        "lessons": course["lesson_count"],
    }
    return [name for name, value in required.items() if not value]


async def read_snapshot(app: CourseContext, course_id: UUID) -> CourseSnapshot:
    """Return a course for another service, never from a cache: what is sold depends on it."""
    async with app.database.read() as connection:
        course = await repository.find(connection, course_id)
        if course is None:
            raise CourseNotFound
        lesson_ids = await repository.lesson_ids(connection, course_id)
    return CourseSnapshot(**dict(course), lesson_ids=lesson_ids)
