"""The recipients, and the notifications of the demo accounts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from edu_seed.clock import DAY, unix_milliseconds
from edu_seed.copy_format import FALSE, TRUE, fixed, jsonb, rows, timestamps
from edu_seed.copy_format import texts as text_column
from edu_seed.learning import COMPLETED
from edu_seed.rng import listed, uuid7
from edu_seed.tables.enrollment import certificate_codes
from edu_seed.tables.identity import emails, locales, roles
from edu_seed.tables.table import Block, Table, Units
from edu_seed.world import Ids, World

UNREAD_DAYS = 21
"""Notifications of the last so many days are unread."""
NEWEST_REVIEWS = 12


@dataclass(frozen=True)
class Notice:
    user: int
    kind: str
    phrase: str
    moment: int
    values: dict[str, Any]
    data: dict[str, Any]


def recipients(world: World, number: int, units: Units) -> Block:
    data = rows(
        5,
        fixed(world.user_ids[units]),
        emails(units),
        text_column(world.people.names[units]),
        roles(world, units),
        locales(world, units),
    )
    return Block(units.stop - units.start, data)


def notifications(world: World, number: int, units: Units) -> Block:
    notices = sorted(_notices(world), key=lambda notice: notice.moment)
    moments = np.array([notice.moment for notice in notices])
    index, milliseconds = np.arange(len(notices)), unix_milliseconds(moments)
    words = world.phrases["en"]["notifications"]
    data = rows(
        9,
        fixed(uuid7(world.seed, "notifications", index, milliseconds)),
        fixed(world.user_ids[np.array([notice.user for notice in notices])]),
        text_column(notice.kind for notice in notices),
        text_column(words[notice.phrase]["title"].format(**notice.values) for notice in notices),
        text_column(words[notice.phrase]["body"].format(**notice.values) for notice in notices),
        [jsonb(json.dumps(notice.data).encode()) for notice in notices],
        [TRUE if notice.moment < world.clock.end - UNREAD_DAYS * DAY else FALSE for notice in notices],
        fixed(timestamps(moments)),
        fixed(uuid7(world.seed, "events", index, milliseconds)),
    )
    return Block(len(notices), data)


def _notices(world: World) -> Iterator[Notice]:
    teacher = world.people.demo_teacher
    yield Notice(teacher, "user.teacher_verified", "verified", int(world.joined[teacher]) + DAY // 2, {}, {})
    yield from _about_reviews(world)
    yield from _about_learning(world)


def _about_reviews(world: World) -> Iterator[Notice]:
    source = world.reviews
    own = np.flatnonzero(world.courses.teacher[world.learning.course[source.enrollment]] == world.people.demo_teacher)
    for review in listed(own[np.argsort(source.created[own])][-NEWEST_REVIEWS:]):
        enrollment = source.enrollment[review]
        course, rating = int(world.learning.course[enrollment]), int(source.rating[review])
        yield Notice(
            user=world.people.demo_teacher,
            kind="review.created",
            phrase="review",
            moment=int(source.created[review]),
            values={
                "course": world.courses.titles[course].text,
                "author": world.people.names[world.learning.student[enrollment]],
                "rating": rating,
            },
            data=_course_data(world, course) | {"review_id": _uuid(world.review_ids, review), "rating": rating},
        )


def _about_learning(world: World) -> Iterator[Notice]:
    source, student = world.learning, world.people.demo_student
    for enrollment in listed(np.flatnonzero(source.student == student)):
        course = int(source.course[enrollment])
        values = {"course": world.courses.titles[course].text}
        known = {"enrollment_id": _uuid(world.enrollment_ids, enrollment)}
        payment = _uuid(world.payment_ids, enrollment) if enrollment < source.paid else None
        data = _course_data(world, course) | known | {"payment_id": payment}
        yield Notice(student, "enrollment.created", "enrolled", int(source.enrolled[enrollment]), values, data)
        if source.status[enrollment] == COMPLETED:
            code = certificate_codes(world, np.array([enrollment]))[0]
            data = {"course_id": _uuid(world.course_ids, course)} | known | {"certificate_code": code}
            moment = int(source.last_activity[enrollment])
            yield Notice(student, "enrollment.completed", "completed", moment, values, data)


def _course_data(world: World, course: int) -> dict[str, Any]:
    return {"course_id": _uuid(world.course_ids, course), "course_slug": world.courses.slugs[course]}


def _uuid(ids: Ids, place: int) -> str:
    return str(UUID(bytes=ids[place].tobytes()))


TABLES = (
    Table(
        "notification",
        "recipients",
        ("user_id", "email", "name", "role", "locale"),
        lambda world: world.size.users,
        recipients,
        block_units=20_000,
    ),
    Table(
        "notification",
        "notifications",
        ("id", "user_id", "type", "title", "body", "data", "is_read", "created_at", "event_id"),
        lambda _: 1,
        notifications,
    ),
)
