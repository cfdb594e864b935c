"""Services that hang, refuse connections, fail or send invalid responses, and a Postgres that is paused.

Every request ends in time with the right status, requests that do not need the dependency succeed, there is no retry
storm, and all recovers automatically.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress

import httpx2
import psutil
import pytest

from books import until_delivered
from edu_cli.devserver.platform import Platform
from in_time import REQUEST_SECONDS, SLACK_SECONDS, assert_goes_on, timed
from people import Student, Teacher, eventually, expect
from stand_in import Mood, StandIn

BAD_MOODS = [mood for mood in Mood if mood is not Mood.GOOD]
PEER_SECONDS = 2

WHO_ASKS_WHOM = {
    "payment": ("course", "enrollment"),
    "course": ("enrollment",),
    "enrollment": ("course", "notification"),
}


@pytest.fixture(scope="module")
def neighbours(platform: Platform) -> Iterator[dict[str, StandIn]]:
    """Start fault proxies through which the services call each other."""
    with ExitStack() as stack:
        asked = {name for names in WHO_ASKS_WHOM.values() for name in names}
        standing = {name: stack.enter_context(closing(StandIn(platform.service_url(name)))) for name in sorted(asked)}
        platform.reconfigure(_addresses(lambda name: standing[name].url))
        yield standing
        platform.reconfigure(_addresses(platform.service_url))


def _addresses(url_of: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Return, for each service, the settings with the URLs of the others."""
    return {asking: {f"{name.upper()}_URL": url_of(name) for name in names} for asking, names in WHO_ASKS_WHOM.items()}


@pytest.fixture
def good_mood(neighbours: dict[str, StandIn]) -> Iterator[None]:
    yield
    for neighbour in neighbours.values():
        neighbour.turn(Mood.GOOD)


def assert_refused_in_time(neighbour: StandIn, ask: Callable[[], httpx2.Response]) -> None:
    """Send a request that needs the dependency, which must be called at most twice."""
    answer, seconds = timed(ask)
    assert seconds < PEER_SECONDS + SLACK_SECONDS
    expect(answer, 503, "dependency_unavailable")
    assert answer.headers["retry-after"]
    assert 1 <= neighbour.calls["GET"] <= 2


@pytest.mark.usefixtures("good_mood")
@pytest.mark.parametrize("mood", BAD_MOODS)
class TestNeighbours:
    def test_a_purchase_without_the_course_service(
        self, neighbours: dict[str, StandIn], teacher: Teacher, student: Student, mood: Mood
    ) -> None:
        course_id = teacher.course(price="9.00")["id"]
        neighbours["course"].turn(mood)
        assert_refused_in_time(neighbours["course"], lambda: student.pay(course_id, "one-key"))
        assert_goes_on(student)
        neighbours["course"].turn(Mood.GOOD)
        expect(student.pay(course_id, "one-key"), 201)

    def test_a_lesson_without_the_enrollment_service(
        self, neighbours: dict[str, StandIn], teacher: Teacher, student: Student, mood: Mood
    ) -> None:
        course = teacher.course()
        lesson = course["lesson_ids"][0]
        eventually(lambda: student.enroll(course["id"]).status_code, lambda status: status == 201)
        neighbours["enrollment"].turn(mood)
        assert_refused_in_time(neighbours["enrollment"], lambda: student.get(f"course/lessons/{lesson}"))
        assert_goes_on(student)
        neighbours["enrollment"].turn(Mood.GOOD)
        expect(student.get(f"course/lessons/{lesson}"), 200)

    def test_events_wait_without_a_storm(
        self,
        platform: Platform,
        neighbours: dict[str, StandIn],
        teacher: Teacher,
        student: Student,
        mood: Mood,
    ) -> None:
        course_id = teacher.course()["id"]
        until_delivered(platform)
        neighbours["notification"].turn(mood)
        started = time.monotonic()
        expect(student.enroll(course_id), 201)
        eventually(lambda: neighbours["notification"].calls["POST"], lambda calls: calls >= 3, within=30)
        away = time.monotonic() - started
        assert neighbours["notification"].calls["POST"] <= 3 + away * 4, "more than the pauses between attempts allow"
        assert not student.notifications(course_id)
        neighbours["notification"].turn(Mood.GOOD)
        eventually(lambda: student.notifications(course_id), bool, within=30)
        until_delivered(platform)
        assert len(student.notifications(course_id)) == 1


def send_to_all(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # a connection's process may end at any moment
            process.send_signal(number)


class TestPostgresStandsStill:
    def test_until_it_goes_on(self, platform: Platform, student: Student) -> None:
        assert platform.postgres.child
        postgres = psutil.Process(platform.postgres.child.pid)
        assert_goes_on(student)
        still = [postgres, *postgres.children(recursive=True)]
        send_to_all(still, signal.SIGSTOP)
        try:
            expect(student.get("course/courses"), 200)  # from the cache
            answer, seconds = timed(lambda: student.get("identity/me"))
            assert seconds < REQUEST_SECONDS + SLACK_SECONDS
            assert answer.status_code in (503, 504), answer.text
            assert httpx2.get(f"{platform.service_url('identity')}/health/live").status_code == 200
        finally:
            send_to_all(still, signal.SIGCONT)
        eventually(lambda: student.get("identity/me").status_code, lambda status: status == 200, within=30)
        assert_goes_on(student)
