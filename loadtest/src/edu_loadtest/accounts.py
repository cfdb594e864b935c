"""The demonstration data's accounts: teachers first, then students, all with one password."""

import os
from functools import cache

from edu_loadtest.sampling import ZipfSampler, rng

PASSWORD = "password123"  # noqa: S105 - the published password of the demonstration data
SCALES = {"small": 0.01, "full": 1.0, "x10": 10.0}
TEACHERS = 10_000
USERS = 50_000


def scale() -> float:
    """Return the size of the data set relative to `full`, from SEED_SIZE (`small` by default)."""
    return SCALES[os.environ.get("SEED_SIZE", "small")]


def student() -> str:
    """Return the e-mail address of a student; few of them occur often, many rarely."""
    return _email(_sampler(int(TEACHERS * scale()), int(USERS * scale())).draw())


def teacher() -> str:
    """Return the e-mail address of a teacher, verified or not."""
    return _email(_sampler(0, int(TEACHERS * scale())).draw())


def students(count: int) -> list[str]:
    """Return the e-mail addresses of `count` different students, or of all when there are fewer."""
    return _sample(range(int(TEACHERS * scale()), int(USERS * scale())), count)


def teachers(count: int) -> list[str]:
    """Return the e-mail addresses of `count` different teachers, or of all when there are fewer."""
    return _sample(range(int(TEACHERS * scale())), count)


def _sample(numbers: range, count: int) -> list[str]:
    return [_email(number) for number in rng.sample(numbers, min(count, len(numbers)))]


@cache
def _sampler(first: int, end: int) -> ZipfSampler[int]:
    return ZipfSampler(range(first, end))


def _email(number: int) -> str:
    return f"user{number}@example.com"
