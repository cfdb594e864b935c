"""Another client occupies every connection of Postgres: rejections in time, no retry storm, automatic recovery."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import asyncpg

from armed import broken_promises
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.ports import LOCALHOST
from edu_cli.devserver.postgres import SUPERUSER
from edu_topology import SERVICES
from in_time import assert_goes_on, assert_unavailable_in_time
from people import Student, Teacher, eventually, expect
from queries import until_delivered

WATCHED_SECONDS = 5
ATTEMPTS_A_SECOND = 10
"""Per service: it polls for due events, counts pending ones, and tries to serve each request."""
END_THE_SERVICES = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'edu-%'"
REFUSALS = ("too many clients already", "remaining connection slots are reserved")


@contextmanager
def all_connections_held(platform: Platform) -> Generator[None]:
    """Occupy every connection of the server, including those of the services."""
    with asyncio.Runner() as runner:
        held = runner.run(_take_all(platform))
        try:
            yield
        finally:
            for connection in held:
                connection.terminate()


async def _take_all(platform: Platform) -> list[Any]:
    password = platform.state.secrets().superuser_password
    url = f"postgresql://{SUPERUSER}:{password}@{LOCALHOST}:{platform.postgres.port}/{SUPERUSER}"
    held: list[Any] = [await asyncpg.connect(url)]
    limit = int(await held[0].fetchval("SHOW max_connections"))
    while len(held) < limit:
        await held[0].execute(END_THE_SERVICES)
        with suppress(asyncpg.TooManyConnectionsError):
            while True:
                held.append(await asyncpg.connect(url))
    return held


def refusals(platform: Platform) -> int:
    assert platform.postgres.child
    said = platform.postgres.child.output()
    return sum(said.count(words) for words in REFUSALS)


def test_until_they_are_freed(platform: Platform, teacher: Teacher, student: Student) -> None:
    course_id = teacher.course(price="9.00")["id"]
    assert_goes_on(student)
    processes = {name: platform.children[name].pid for name in SERVICES}
    with all_connections_held(platform):
        before, started = refusals(platform), time.monotonic()
        expect(student.get("course/courses"), 200)  # from the cache
        for path in ("identity/me", "enrollment/enrollments/me", "notification/notifications/me"):
            assert_unavailable_in_time(lambda path=path: student.get(path))
        assert_unavailable_in_time(lambda: student.pay(course_id, "one-key"))
        eventually(lambda: time.monotonic() - started, lambda seconds: seconds > WATCHED_SECONDS)
        attempts = (refusals(platform) - before) / (time.monotonic() - started)
        assert 0 < attempts < ATTEMPTS_A_SECOND * len(SERVICES)
    eventually(lambda: student.pay(course_id, "one-key").status_code, lambda status: status == 201)
    eventually(lambda: student.enrollments(course_id), bool)
    assert_goes_on(student)
    until_delivered(platform)
    assert not broken_promises(platform)
    assert processes == {name: platform.children[name].pid for name in SERVICES}
