"""Responses while a dependency is unavailable: in time, and with the right status."""

import time
from collections.abc import Callable

import httpx2

from people import Student, expect

REQUEST_SECONDS = 10
SLACK_SECONDS = 3
"""Tolerance for a busy machine, in seconds."""


def timed(ask: Callable[[], httpx2.Response]) -> tuple[httpx2.Response, float]:
    started = time.monotonic()
    return ask(), time.monotonic() - started


def assert_unavailable_in_time(ask: Callable[[], httpx2.Response]) -> None:
    """Check that a request fails in time, may be repeated later, and that its response reveals no internals."""
    answer, seconds = timed(ask)
    assert seconds < REQUEST_SECONDS + SLACK_SECONDS
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    assert not any(word in answer.text.lower() for word in ("postgres", "asyncpg", "sqlalchemy", "no space", "/"))


def assert_goes_on(student: Student) -> None:
    """Check that requests succeed that do not need the unavailable dependency, or after its recovery."""
    for path in ("course/courses", "identity/me", "enrollment/enrollments/me", "notification/notifications/me"):
        expect(student.get(path), 200)
