"""The whole data set as arrays, from which the tables' rows are made. Built in seconds; fits any machine's memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edu_seed import content
from edu_seed.clock import DAY, HOUR, Clock, unix_milliseconds
from edu_seed.content import Content
from edu_seed.courses import Courses, make_courses
from edu_seed.curriculum import Curricula, make_curricula
from edu_seed.learning import Learning, Payments, make_learning
from edu_seed.passwords import PASSWORD, password_hash
from edu_seed.people import ADMIN_EMAIL, People, make_people
from edu_seed.reviews import Reviews, make_reviews
from edu_seed.rng import Ints, stream, uuid7
from edu_seed.sizes import Size

Ids = NDArray[np.void]


@dataclass(frozen=True)
class Totals:
    """Aggregates in each course's row over the rows that refer to it."""

    enrollments: Ints
    """Enrollments that are not revoked."""
    reviews: Ints
    rating_sum: Ints
    lessons: Ints
    minutes: Ints


@dataclass(frozen=True)
class World:
    size: Size
    seed: int
    clock: Clock
    content: Content
    people: People
    courses: Courses
    curricula: Curricula
    learning: Learning
    payments: Payments
    reviews: Reviews
    totals: Totals
    password_hash: str
    joined: Ints
    """One per user; the last one is the admin."""
    user_ids: Ids
    course_ids: Ids
    module_ids: Ids
    lesson_ids: Ids
    enrollment_ids: Ids
    payment_ids: Ids
    review_ids: Ids

    def rng(self, table: str, block: int) -> np.random.Generator:
        return stream(self.seed, table, block)

    def accounts(self) -> list[dict[str, str]]:
        """Return the accounts to sign in with, and what each shows."""
        student = self.people.demo_student
        return [
            {"email": ADMIN_EMAIL, "password": PASSWORD, "what": "admin"},
            {"email": "user0@example.com", "password": PASSWORD, "what": "verified teacher with popular courses"},
            {
                "email": f"user{student}@example.com",
                "password": PASSWORD,
                "what": "student with a completed course, some begun ones and a new one",
            },
        ]

    @property
    def phrases(self) -> Mapping[str, dict[str, Any]]:
        """Return the phrases by language."""
        return self.content.phrases


def make_world(size: Size, seed: int, epoch: date) -> World:
    """Build a data set; the same arguments always return the same one."""
    clock, bank = Clock.at(epoch), content.load()
    people = make_people(size, seed, clock, bank)
    courses = make_courses(size, seed, clock, bank, people)
    curricula = make_curricula(seed, courses, bank)
    learning, payments = make_learning(size, seed, clock, people, courses, curricula)
    reviews = make_reviews(size, seed, clock, courses, learning)
    joined = _joined(people, courses, learning, payments, clock)

    def ids(table: str, moments: Ints) -> Ids:
        return uuid7(seed, table, np.arange(len(moments)), unix_milliseconds(moments))

    module_made = courses.created[curricula.module_course]
    return World(
        size=size,
        seed=seed,
        clock=clock,
        content=bank,
        people=people,
        courses=courses,
        curricula=curricula,
        learning=learning,
        payments=payments,
        reviews=reviews,
        totals=_totals(size, curricula, learning, reviews),
        password_hash=password_hash(seed),
        joined=joined,
        user_ids=ids("users", joined),
        course_ids=ids("courses", courses.created),
        module_ids=ids("modules", module_made),
        lesson_ids=ids("lessons", module_made[curricula.lesson_module]),
        enrollment_ids=ids("enrollments", learning.enrolled),
        payment_ids=ids("payments", payments.created),
        review_ids=ids("reviews", reviews.created),
    )


def _totals(size: Size, curricula: Curricula, learning: Learning, reviews: Reviews) -> Totals:
    reviewed = learning.course[reviews.enrollment]
    stars = np.bincount(reviewed, weights=reviews.rating, minlength=size.courses)
    return Totals(
        enrollments=np.bincount(learning.course[learning.active], minlength=size.courses),
        reviews=np.bincount(reviewed, minlength=size.courses),
        rating_sum=stars.astype(np.int64),
        lessons=curricula.lessons_of_course,
        minutes=curricula.minutes_of_course,
    )


def _joined(people: People, courses: Courses, learning: Learning, payments: Payments, clock: Clock) -> Ints:
    """Return join times before each user's first course, payment or enrollment; the admin joined first."""
    joined = people.drawn.copy()
    np.minimum.at(joined, courses.teacher, courses.created - DAY)
    np.minimum.at(joined, learning.student, learning.enrolled - HOUR)
    np.minimum.at(joined, payments.student, payments.created - HOUR)
    return np.append(joined, clock.start - DAY)
