"""The seed data's accounts: teachers first, then students, all with one password."""

import os
import random

PASSWORD = "password123"  # noqa: S105 - the published password of the demonstration data
SCALES = {"small": 0.01, "full": 1.0}
TEACHERS = 10_000
USERS = 50_000
dice = random.Random()  # noqa: S311 - chooses what to ask, guards nothing


def scale() -> float:
    """The size of the data set that is loaded: SEED_SIZE, `small` without."""
    return SCALES[os.environ.get("SEED_SIZE", "small")]


def student() -> str:
    """The e-mail address of some student."""
    return _email(dice.randrange(int(TEACHERS * scale()), int(USERS * scale())))


def teacher() -> str:
    """The e-mail address of some teacher, verified or not."""
    return _email(dice.randrange(int(TEACHERS * scale())))


def _email(number: int) -> str:
    return f"user{number}@example.com"
