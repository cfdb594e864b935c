"""Enrollments, progress, certificates, and the enrollment service's snapshots of courses."""

import numpy as np

from edu_seed.copy_format import (
    NULL,
    Pieces,
    choices,
    constant,
    fixed,
    flags,
    integers,
    nullable,
    picked,
    rows,
    text,
    timestamps,
    uuid_array,
)
from edu_seed.copy_format import texts as text_column
from edu_seed.courses import DRAFT, STATUSES
from edu_seed.learning import COMPLETED, ENROLLMENT_STATUSES, IN_PROGRESS
from edu_seed.rng import Ints, hashes, listed
from edu_seed.tables.table import Block, Table, Units
from edu_seed.world import World

WATCHED_SECONDS = (20, 300)
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_GROUPS, CODE_GROUP = 4, 4


def course_outlines(world: World, number: int, units: Units) -> Block:
    """Return snapshots of every course that was ever published: of drafts no event was published."""
    source = world.courses
    course = units.start + np.flatnonzero(source.status[units] != DRAFT)
    teacher = source.teacher[course]
    places = listed(course)
    data = rows(
        9,
        fixed(world.course_ids[course], integers(np.ones(len(course), dtype=np.int64)), world.user_ids[teacher]),
        picked(world.people.names, teacher),
        text_column(source.titles[place].text for place in places),
        picked(source.slugs, course),
        choices(source.status[course], map(text, STATUSES)),
        flags(source.free[course]),
        [uuid_array(world.lesson_ids[world.curricula.lessons_of(place)]) for place in places],
    )
    return Block(len(course), data)


def enrollments(world: World, number: int, units: Units) -> Block:
    source, count = world.learning, units.stop - units.start
    student, course, done = source.student[units], source.course[units], source.done[units]
    data = rows(
        9,
        fixed(world.enrollment_ids[units], world.user_ids[student]),
        picked(world.people.names, student),
        fixed(world.course_ids[course]),
        _payment_ids(world, units),
        choices(source.status[units], map(text, ENROLLMENT_STATUSES)),
        fixed(timestamps(source.enrolled[units])),
        nullable(fixed(world.lesson_ids[_current_lesson(world, units)]), done > 0),
        nullable(fixed(timestamps(source.last_activity[units])), done > 0),
    )
    return Block(count, data)


def _payment_ids(world: World, units: Units) -> Pieces:
    paid = max(0, min(units.stop, world.learning.paid) - units.start)
    known = fixed(world.payment_ids[units.start : units.start + paid])
    return [*known, *constant(NULL, units.stop - units.start - paid)]


def _current_lesson(world: World, units: Units) -> Ints:
    """Return the next lesson for students halfway through a course, else the last completed one."""
    source = world.learning
    first = world.curricula.first_lesson_of_course[source.course[units]]
    beyond = np.where(source.status[units] == IN_PROGRESS, source.done[units], source.done[units] - 1)
    return np.where(source.done[units] > 0, first + beyond, 0)


def lesson_progress(world: World, number: int, units: Units) -> Block:
    completed, begun = _completed(world, units), _begun(world, number, units)
    return Block(completed.rows + begun.rows, completed.data + begun.data)


def _completed(world: World, units: Units) -> Block:
    source = world.learning
    done = source.done[units]
    enrollment = units.start + np.repeat(np.arange(len(done)), done)
    place = np.arange(len(enrollment)) - np.repeat(np.cumsum(done) - done, done)
    lesson = world.curricula.first_lesson_of_course[source.course[enrollment]] + place
    start = source.enrolled[enrollment]
    spent = (source.last_activity[enrollment] - start) * (place + 1) // source.done[enrollment]
    keys = fixed(world.enrollment_ids[enrollment], world.lesson_ids[lesson], timestamps(start + spent))
    return Block(len(keys), rows(4, keys, constant(NULL, len(keys))))


def _begun(world: World, number: int, units: Units) -> Block:
    """Return the lesson at whose video the student stopped."""
    source = world.learning
    enrollment = units.start + np.flatnonzero(source.status[units] == IN_PROGRESS)
    lesson = world.curricula.first_lesson_of_course[source.course[enrollment]] + source.done[enrollment]
    seconds = world.rng("enrollment.lesson_progress", number).integers(*WATCHED_SECONDS, len(enrollment))
    keys = fixed(world.enrollment_ids[enrollment], world.lesson_ids[lesson])
    return Block(len(keys), rows(4, keys, constant(NULL, len(keys)), fixed(integers(seconds))))


def certificates(world: World, number: int, units: Units) -> Block:
    source, people, courses = world.learning, world.people, world.courses
    enrollment = np.flatnonzero(source.status == COMPLETED)[units]
    course = source.course[enrollment]
    data = rows(
        6,
        fixed(world.enrollment_ids[enrollment]),
        text_column(certificate_codes(world, enrollment)),
        picked(people.names, source.student[enrollment]),
        text_column(courses.titles[place].text for place in listed(course)),
        picked(people.names, courses.teacher[course]),
        fixed(timestamps(source.last_activity[enrollment])),
    )
    return Block(len(enrollment), data)


def certificate_codes(world: World, enrollment: Ints) -> list[str]:
    """Return codes of 80 bits in Crockford's base 32, in groups of four."""
    high, low = (listed(hashes(world.seed, f"certificates {half}", enrollment)) for half in ("high", "low"))
    return [_code(one << 64 | other) for one, other in zip(high, low, strict=True)]


def _code(number: int) -> str:
    characters = [CODE_ALPHABET[number >> 5 * place & 31] for place in range(CODE_GROUPS * CODE_GROUP)]
    return "-".join("".join(characters[place : place + CODE_GROUP]) for place in range(0, len(characters), CODE_GROUP))


TABLES = (
    Table(
        "enrollment",
        "course_outlines",
        (
            *("course_id", "version", "teacher_id", "teacher_name", "title", "slug", "status", "is_free"),
            "lesson_ids",
        ),
        lambda world: world.size.courses,
        course_outlines,
        block_units=20_000,
    ),
    Table(
        "enrollment",
        "enrollments",
        (
            *("id", "student_id", "student_name", "course_id", "payment_id", "status", "enrolled_at"),
            *("last_lesson_id", "last_activity_at"),
        ),
        lambda world: world.size.enrollments,
        enrollments,
        block_units=20_000,
    ),
    Table(
        "enrollment",
        "lesson_progress",
        ("enrollment_id", "lesson_id", "completed_at", "seconds"),
        lambda world: world.size.enrollments,
        lesson_progress,
        block_units=20_000,
    ),
    Table(
        "enrollment",
        "certificates",
        ("enrollment_id", "code", "student_name", "course_title", "teacher_name", "completed_at"),
        lambda world: int((world.learning.status == COMPLETED).sum()),
        certificates,
        block_units=20_000,
    ),
)
