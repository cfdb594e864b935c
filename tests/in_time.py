"""Answers while something is away: in time, and with the right status."""

import time
from collections.abc import Callable

import httpx2

from people import Student, expect

REQUEST_SECONDS = 10
SLACK_SECONDS = 3
"""For a busy machine."""


def timed(ask: Callable[[], httpx2.Response]) -> tuple[httpx2.Response, float]:
    started = time.monotonic()
    return ask(), time.monotonic() - started


def assert_unavailable_in_time(ask: Callable[[], httpx2.Response]) -> None:
    """A request that needs what is away: it may be repeated later, and hears nothing of our insides."""
    answer, seconds = timed(ask)
    assert seconds < REQUEST_SECONDS + SLACK_SECONDS
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    assert not any(word in answer.text.lower() for word in ("postgres", "asyncpg", "sqlalchemy", "no space", "/"))


def assert_goes_on(student: Student) -> None:
    """What needs nothing that is away, or is there again."""
    for path in ("course/courses", "identity/me", "enrollment/enrollments/me", "notification/notifications/me"):
        expect(student.get(path), 200)
