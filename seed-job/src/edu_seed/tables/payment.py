"""Payments, and the mock provider's ledger of them."""

import numpy as np

from edu_seed.clock import SECOND
from edu_seed.copy_format import Pieces, choices, constant, fixed, nullable, picked, rows, text, timestamps
from edu_seed.learning import FAILED, PAID, PAYMENT_STATES, REFUNDED
from edu_seed.rng import listed
from edu_seed.tables.course import CURRENCY, MONEY
from edu_seed.tables.table import Block, Table, Units
from edu_seed.world import World

PROVIDER = text("mock")
FAILURE = text("card_declined")
REASONS = ("", "Bought by mistake", "Not what I expected", "No time after all", "Куплено по ошибке")
STATES = list(map(text, PAYMENT_STATES))


def payments(world: World, number: int, units: Units) -> Block:
    source, courses, names = world.payments, world.courses, world.people.names
    count, course, state = units.stop - units.start, source.course[units], source.state[units]
    created = source.created[units]
    reasons = world.rng("payment.payments", number).integers(0, len(REASONS), count)
    data = rows(
        15,
        fixed(world.payment_ids[units], world.user_ids[source.student[units]]),
        picked(names, source.student[units]),
        fixed(world.course_ids[course]),
        [text(courses.titles[place].text) for place in listed(course)],
        fixed(world.user_ids[courses.teacher[course]]),
        _amounts(world, units),
        constant(CURRENCY, count),
        constant(PROVIDER, count),
        choices(state, STATES),
        nullable(constant(FAILURE, count), state == FAILED),
        nullable(choices(reasons, map(text, REASONS)), state == REFUNDED),
        fixed(timestamps(created)),
        nullable(fixed(timestamps(created + SECOND)), np.isin(state, (PAID, REFUNDED))),
        nullable(fixed(timestamps(source.refunded[units])), state == REFUNDED),
    )
    return Block(count, data)


def mock_charges(world: World, number: int, units: Units) -> Block:
    source, count = world.payments, units.stop - units.start
    data = rows(
        5,
        fixed(world.payment_ids[units]),
        _amounts(world, units),
        constant(CURRENCY, count),
        choices(source.state[units], STATES),
        fixed(timestamps(source.created[units])),
    )
    return Block(count, data)


def _amounts(world: World, units: Units) -> Pieces:
    return choices(world.courses.price[world.payments.course[units]], MONEY)


TABLES = (
    Table(
        "payment",
        "payments",
        (
            *("id", "student_id", "student_name", "course_id", "course_title", "teacher_id", "amount", "currency"),
            *("provider", "state", "failure", "refund_reason", "created_at", "completed_at", "refunded_at"),
        ),
        lambda world: world.size.payments,
        payments,
        block_units=10_000,
    ),
    Table(
        "payment",
        "mock_charges",
        ("idempotency_key", "amount", "currency", "state", "created_at"),
        lambda world: world.size.payments,
        mock_charges,
        block_units=10_000,
    ),
)
