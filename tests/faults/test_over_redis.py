"""The whole platform with its events over Redis: a purchase happens exactly once, whichever process dies."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx2
import pytest

from armed import armed, broken_promises
from edu_cli.devserver.platform import Options, Platform
from edu_cli.devserver.redis import PROGRAM
from edu_cli.devserver.testing import temporary_platform
from in_time import SLACK_SECONDS, timed
from people import Admin, Student, Teacher, eventually, expect
from queries import charges, undelivered, until_delivered

Turn = Callable[[Platform], None]
OVER_REDIS = Options(rate_limits="off", seed=None, durable=False, redis=True, events="redis")


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    if not shutil.which(PROGRAM):
        pytest.skip(f"no {PROGRAM} on this machine; Debian and Ubuntu: apt-get install {PROGRAM}")
    with temporary_platform(OVER_REDIS) as running:
        yield running


@pytest.fixture(scope="module")
def course_ids(platform: Platform) -> Iterator[Iterator[str]]:
    """Return paid courses, one per test."""
    with Admin(platform.url) as admin, Teacher(platform.url) as teacher:
        admin.verify(teacher)
        yield (teacher.course(price="19.00")["id"] for _ in iter(int, 1))


@pytest.fixture
def student(platform: Platform) -> Iterator[Student]:
    with Student(platform.url) as student:
        yield student


def buy(student: Student, course_id: str, key: str) -> str:
    """Repeat the purchase with the same key until it is acknowledged; return the payment's id."""

    def attempt() -> str:
        try:
            answer = student.pay(course_id, key)
        except httpx2.TransportError:
            return ""
        assert answer.status_code in (201, 409, 429) or answer.status_code >= 500, answer.text
        return answer.json()["id"] if answer.status_code == 201 else ""

    return eventually(attempt, bool, within=60)


def require_one_of_everything(platform: Platform, student: Student, course_id: str, payment_id: str) -> None:
    (enrollment,) = eventually(lambda: student.enrollments(course_id), bool, within=60)
    assert enrollment["payment_id"] == payment_id
    eventually(lambda: student.notifications(course_id), bool, within=60)
    until_delivered(platform, within=60)
    assert len(student.enrollments(course_id)) == 1
    assert len(student.notifications(course_id)) == 1
    assert charges(platform, course_id) == 1
    assert not broken_promises(platform)


def test_a_purchase(platform: Platform, student: Student, course_ids: Iterator[str]) -> None:
    course_id = next(course_ids)
    require_one_of_everything(platform, student, course_id, buy(student, course_id, uuid4().hex))


@pytest.mark.parametrize("victim", ["payment", "enrollment", "notification", "redis"])
def test_kill_minus_nine_during_a_purchase(
    platform: Platform, student: Student, course_ids: Iterator[str], victim: str
) -> None:
    course_id = next(course_ids)
    payment_id = buy(student, course_id, uuid4().hex)
    platform.kill(victim)
    platform.restart(victim)
    require_one_of_everything(platform, student, course_id, payment_id)


@pytest.mark.parametrize(
    ("service", "place"),
    [
        ("payment", "streams.after_add"),
        ("enrollment", "streams.after_read"),
        ("enrollment", "streams.before_reply"),
        ("notification", "streams.before_reply"),
        ("notification", "streams.after_reply"),
    ],
)
def test_death_at_each_step_of_an_event(
    platform: Platform, student: Student, course_ids: Iterator[str], service: str, place: str
) -> None:
    course_id = next(course_ids)
    until_delivered(platform, within=60)
    with armed(platform, service, place):
        payment_id = buy(student, course_id, uuid4().hex)
    require_one_of_everything(platform, student, course_id, payment_id)


def freeze(platform: Platform) -> None:
    os.kill(pid_of_redis(platform), signal.SIGSTOP)


def thaw(platform: Platform) -> None:
    os.kill(pid_of_redis(platform), signal.SIGCONT)


def pid_of_redis(platform: Platform) -> int:
    pid = platform.children["redis"].pid
    assert pid
    return pid


def kill(platform: Platform) -> None:
    platform.kill("redis")


def restart(platform: Platform) -> None:
    platform.restart("redis")


@pytest.mark.parametrize(("away", "back"), [(kill, restart), (freeze, thaw)], ids=["killed", "frozen"])
def test_while_redis_is_away_people_go_on_and_events_wait(
    platform: Platform, student: Student, course_ids: Iterator[str], away: Turn, back: Turn
) -> None:
    course_id = next(course_ids)
    until_delivered(platform, within=60)
    away(platform)
    try:
        payment_id = buy(student, course_id, uuid4().hex)
        answer, seconds = timed(lambda: student.get(f"course/courses/{course_id}"))
        expect(answer, 200)
        assert seconds < SLACK_SECONDS
        assert undelivered(platform)
    finally:
        back(platform)
    require_one_of_everything(platform, student, course_id, payment_id)
