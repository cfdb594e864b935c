"""Enrollments, payments for them, and progress."""

from dataclasses import dataclass

import numpy as np

from edu_seed.clock import DAY, HOUR, MINUTE, SECOND, Clock
from edu_seed.courses import ARCHIVED, DRAFT, Courses
from edu_seed.curriculum import Curricula
from edu_seed.people import People
from edu_seed.rng import Flags, Floats, Ints, stream
from edu_seed.sizes import Size

ENROLLMENT_STATUSES = ("enrolled", "in_progress", "completed", "revoked")
ENROLLED, IN_PROGRESS, COMPLETED, REVOKED = range(4)
PAYMENT_STATES = ("completed", "refunded", "failed", "awaiting")
PAID, REFUNDED, FAILED, AWAITING = range(4)
REFUNDED_SHARE, FAILED_SHARE, AWAITING_SHARE = 0.02, 0.034, 0.006
RETRIED_SHARE = 0.5
"""Fraction of failed payments that were followed by a completed one."""
ZIPF_SHIFT = 20
"""Flattens the head of the popularity curve, 1 / (rank + shift), so that no course has all students."""
TEACHER_ACTIVITY = 0.03
"""How much a teacher learns, relative to a student."""
FOREIGN_SHARE = 0.04
COMPLETED_SHARE, IN_PROGRESS_SHARE = 0.08, 0.35
FEW_LESSONS = 3
"""Refunded students had completed fewer lessons than this, and less than 30 % of the course."""
REFUND_DAYS = 14
DEMO_FREE, DEMO_PAID = 4, 2


@dataclass(frozen=True)
class Learning:
    """Enrollments, the paid ones first; `course`, `student` and all others by number of the enrollment."""

    student: Ints
    course: Ints
    status: Ints
    enrolled: Ints
    done: Ints
    """Number of completed lessons: the first ones of the course."""
    last_activity: Ints
    """Equal to `enrolled` where nothing was done."""
    paid: int
    """Enrollments below this number came from a payment."""

    @property
    def active(self) -> Flags:
        return self.status != REVOKED


@dataclass(frozen=True)
class Payments:
    """The payments of enrollments first, in the same order, then those that led to none."""

    student: Ints
    course: Ints
    state: Ints
    created: Ints
    refunded: Ints
    """Meaningful only for refunded ones."""


def make_learning(
    size: Size, seed: int, clock: Clock, people: People, courses: Courses, curricula: Curricula
) -> tuple[Learning, Payments]:
    rng = stream(seed, "enrollments")
    failed, awaiting = round(size.payments * FAILED_SHARE), round(size.payments * AWAITING_SHARE)
    bought = size.payments - failed - awaiting
    retried = round(failed * RETRIED_SHARE)
    unsuccessful = failed - retried + awaiting
    paid = _pairs(bought + unsuccessful, ~courses.free, DEMO_PAID, people, courses, rng)
    free = _pairs(size.enrollments - bought, courses.free, DEMO_FREE, people, courses, rng)
    student, course = np.concatenate((paid[:bought], free)).T
    refunded = np.zeros(len(student), dtype=np.bool_)
    refunded[rng.choice(np.arange(DEMO_PAID, bought), round(size.payments * REFUNDED_SHARE), replace=False)] = True
    learning = _progress(student, course, refunded, bought, people, courses, curricula, clock, rng)
    again = rng.choice(bought, retried, replace=False)
    payments = _payments(learning, paid[bought:], again, awaiting, courses, clock, rng)
    return learning, payments


def _pairs(count: int, among: Flags, chosen: int, people: People, courses: Courses, rng: np.random.Generator) -> Ints:
    """Draw distinct pairs of student and course; the demo student's `chosen` most popular ones come first."""
    on_sale = among & (courses.status != DRAFT)
    demo = np.flatnonzero(on_sale & (courses.status != ARCHIVED))[:chosen]
    draws = round(count * 1.4) + 100
    course = _draw(np.where(on_sale, 1 / (np.arange(len(among)) + ZIPF_SHIFT), 0), draws, rng)
    course = np.concatenate((demo, course))
    student = np.concatenate((np.full(chosen, people.demo_student), _students(course[chosen:], people, courses, rng)))
    not_own = student != courses.teacher[course]
    pairs = np.stack((student, course), axis=1)[not_own]
    _, first = np.unique(pairs @ np.array([len(among), 1]), return_index=True)
    different = pairs[np.sort(first)]
    if len(different) < count:
        raise ValueError(f"only {len(different)} different enrollments could be drawn, {count} are wanted")
    return different[:count]


def _students(course: Ints, people: People, courses: Courses, rng: np.random.Generator) -> Ints:
    """Draw students, most of whom take courses in their own language."""
    activity = _activity(people, rng)
    foreign = rng.random(len(course)) < FOREIGN_SHARE
    in_russian = np.array([bank.language == "ru" for bank in courses.banks])[course] ^ foreign
    russians = _draw(activity * people.russian, len(course), rng)
    return np.where(in_russian, russians, _draw(activity * ~people.russian, len(course), rng))


def _activity(people: People, rng: np.random.Generator) -> Floats:
    weight = rng.lognormal(0, 0.8, len(people.names))
    weight[: people.teachers] *= TEACHER_ACTIVITY
    return weight


def _draw(weights: Floats, count: int, rng: np.random.Generator) -> Ints:
    edges = np.cumsum(weights)
    return np.asarray(np.searchsorted(edges, rng.random(count) * edges[-1], side="right"), dtype=np.int64)


def _progress(
    student: Ints,
    course: Ints,
    refunded: Flags,
    paid: int,
    people: People,
    courses: Courses,
    curricula: Curricula,
    clock: Clock,
    rng: np.random.Generator,
) -> Learning:
    count = len(student)
    lessons = curricula.lessons_of_course[course]
    since = clock.end - courses.published[course]
    enrolled = courses.published[course] + HOUR + (rng.random(count) ** 0.8 * (since - 20 * HOUR)).astype(np.int64)
    draw = rng.random(count)
    status = np.select([draw < COMPLETED_SHARE, draw < COMPLETED_SHARE + IN_PROGRESS_SHARE], [COMPLETED, IN_PROGRESS])
    _set_demo_story(status, np.flatnonzero((student == people.demo_student) & (lessons > 0)), paid)
    status = np.where(refunded, REVOKED, np.where(lessons == 0, ENROLLED, status))
    some = 1 + (rng.random(count) ** 2.2 * (lessons - 1)).astype(np.int64)
    few = np.where(lessons > 0, rng.integers(0, FEW_LESSONS, count), 0)
    done = np.select([status == COMPLETED, status == IN_PROGRESS, status == REVOKED], [lessons, some, few], 0)
    longest = np.minimum(clock.end - enrolled - HOUR, np.where(refunded, 5, 90) * DAY)
    spent = (done * 10 * MINUTE + rng.random(count) * longest).astype(np.int64)
    return Learning(
        student=student,
        course=course,
        status=status,
        enrolled=enrolled,
        done=done,
        last_activity=np.where(done > 0, enrolled + np.minimum(spent, longest), enrolled),
        paid=paid,
    )


def _set_demo_story(status: Ints, own: Ints, paid: int) -> None:
    """Arrange the demo student's data: just bought one course, halfway through others, completed a free one."""
    status[own] = IN_PROGRESS
    status[own[1]] = ENROLLED
    status[own[own >= paid][0]] = COMPLETED


def _payments(
    learning: Learning,
    lost: Ints,
    again: Ints,
    awaiting: int,
    courses: Courses,
    clock: Clock,
    rng: np.random.Generator,
) -> Payments:
    bought = learning.paid
    state = np.where(learning.status[:bought] == REVOKED, REFUNDED, PAID)
    created = learning.enrolled[:bought] - 2 * SECOND
    refunded = np.minimum(
        learning.last_activity[:bought] + (rng.random(bought) * REFUND_DAYS * DAY).astype(np.int64), clock.end - MINUTE
    )
    published = courses.published[lost[:, 1]]
    lost_at = published + HOUR + (rng.random(len(lost)) * (clock.end - published - 2 * HOUR)).astype(np.int64)
    lost_state = np.where(np.arange(len(lost)) < awaiting, AWAITING, FAILED)
    declined = created[again] - rng.integers(MINUTE, 9 * MINUTE, len(again))
    return Payments(
        student=np.concatenate((learning.student[:bought], lost[:, 0], learning.student[again])),
        course=np.concatenate((learning.course[:bought], lost[:, 1], learning.course[again])),
        state=np.concatenate((state, lost_state, np.full(len(again), FAILED))),
        created=np.concatenate((created, lost_at, declined)),
        refunded=np.concatenate((refunded, lost_at, declined)),
    )
