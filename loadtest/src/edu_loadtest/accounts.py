"""The seed data's accounts: teachers first, then students, all with one password."""

import os
from functools import cache

from edu_loadtest.chance import Popular, dice

PASSWORD = "password123"  # noqa: S105 - the published password of the demonstration data
SCALES = {"small": 0.01, "full": 1.0, "x10": 10.0}
TEACHERS = 10_000
USERS = 50_000


def scale() -> float:
    """The size of the data set that is loaded: SEED_SIZE, `small` without."""
    return SCALES[os.environ.get("SEED_SIZE", "small")]


def student() -> str:
    """The e-mail address of some student; few come often, many seldom."""
    return _email(_popular(int(TEACHERS * scale()), int(USERS * scale())).pick())


def teacher() -> str:
    """The e-mail address of some teacher, verified or not."""
    return _email(_popular(0, int(TEACHERS * scale())).pick())


def students(count: int) -> list[str]:
    """Addresses of so many different students, or of all when there are fewer."""
    return _some(range(int(TEACHERS * scale()), int(USERS * scale())), count)


def teachers(count: int) -> list[str]:
    """Addresses of so many different teachers, or of all when there are fewer."""
    return _some(range(int(TEACHERS * scale())), count)


def _some(numbers: range, count: int) -> list[str]:
    return [_email(number) for number in dice.sample(numbers, min(count, len(numbers)))]


@cache
def _popular(first: int, end: int) -> Popular[int]:
    return Popular(range(first, end))


def _email(number: int) -> str:
    return f"user{number}@example.com"
