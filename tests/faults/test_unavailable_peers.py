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

from edu_cli.devserver.platform import Platform
from fault_proxy import FaultMode, FaultProxy
from in_time import REQUEST_SECONDS, SLACK_SECONDS, assert_goes_on, timed
from people import Student, Teacher, eventually, expect
from queries import until_delivered

FAULTS = [mode for mode in FaultMode if mode is not FaultMode.NONE]
PEER_SECONDS = 2

CALLED_BY = {
    "payment": ("course", "enrollment"),
    "course": ("enrollment",),
    "enrollment": ("course", "notification"),
}


@pytest.fixture(scope="module")
def proxies(platform: Platform) -> Iterator[dict[str, FaultProxy]]:
    """Start fault proxies through which the services call each other."""
    with ExitStack() as stack:
        called = {name for names in CALLED_BY.values() for name in names}
        started = {
            name: stack.enter_context(closing(FaultProxy(platform.service_url(name)))) for name in sorted(called)
        }
        platform.reconfigure(_peer_urls(lambda name: started[name].url))
        yield started
        platform.reconfigure(_peer_urls(platform.service_url))


def _peer_urls(url_of: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """Return, for each service, the settings with the URLs of the others."""
    return {caller: {f"{name.upper()}_URL": url_of(name) for name in names} for caller, names in CALLED_BY.items()}


@pytest.fixture
def _without_faults(proxies: dict[str, FaultProxy]) -> Iterator[None]:
    yield
    for proxy in proxies.values():
        proxy.set_mode(FaultMode.NONE)


def assert_rejected_in_time(proxy: FaultProxy, send: Callable[[], httpx2.Response]) -> None:
    """Send a request that needs the dependency, which must be called at most twice."""
    answer, seconds = timed(send)
    assert seconds < PEER_SECONDS + SLACK_SECONDS
    expect(answer, 503, "dependency_unavailable")
    assert answer.headers["retry-after"]
    assert 1 <= proxy.calls["GET"] <= 2


@pytest.mark.usefixtures("_without_faults")
@pytest.mark.parametrize("mode", FAULTS)
class TestPeers:
    def test_a_purchase_without_the_course_service(
        self, proxies: dict[str, FaultProxy], teacher: Teacher, student: Student, mode: FaultMode
    ) -> None:
        course_id = teacher.course(price="9.00")["id"]
        proxies["course"].set_mode(mode)
        assert_rejected_in_time(proxies["course"], lambda: student.pay(course_id, "one-key"))
        assert_goes_on(student)
        proxies["course"].set_mode(FaultMode.NONE)
        expect(student.pay(course_id, "one-key"), 201)

    def test_a_lesson_without_the_enrollment_service(
        self, proxies: dict[str, FaultProxy], teacher: Teacher, student: Student, mode: FaultMode
    ) -> None:
        course = teacher.course()
        lesson = course["lesson_ids"][0]
        eventually(lambda: student.enroll(course["id"]).status_code, lambda status: status == 201)
        proxies["enrollment"].set_mode(mode)
        assert_rejected_in_time(proxies["enrollment"], lambda: student.get(f"course/lessons/{lesson}"))
        assert_goes_on(student)
        proxies["enrollment"].set_mode(FaultMode.NONE)
        expect(student.get(f"course/lessons/{lesson}"), 200)

    def test_events_wait_without_a_storm(
        self,
        platform: Platform,
        proxies: dict[str, FaultProxy],
        teacher: Teacher,
        student: Student,
        mode: FaultMode,
    ) -> None:
        course_id = teacher.course()["id"]
        until_delivered(platform)
        proxies["notification"].set_mode(mode)
        started = time.monotonic()
        expect(student.enroll(course_id), 201)
        eventually(lambda: proxies["notification"].calls["POST"], lambda calls: calls >= 3, within=30)
        unavailable = time.monotonic() - started
        assert proxies["notification"].calls["POST"] <= 3 + unavailable * 4, (
            "more than the pauses between attempts allow"
        )
        assert not student.notifications(course_id)
        proxies["notification"].set_mode(FaultMode.NONE)
        eventually(lambda: student.notifications(course_id), bool, within=30)
        until_delivered(platform)
        assert len(student.notifications(course_id)) == 1


def send_to_all(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # a connection's process may end at any moment
            process.send_signal(number)


class TestPausedPostgres:
    def test_until_it_goes_on(self, platform: Platform, student: Student) -> None:
        assert platform.postgres.child
        postgres = psutil.Process(platform.postgres.child.pid)
        assert_goes_on(student)
        paused = [postgres, *postgres.children(recursive=True)]
        send_to_all(paused, signal.SIGSTOP)
        try:
            expect(student.get("course/courses"), 200)  # from the cache
            answer, seconds = timed(lambda: student.get("identity/me"))
            assert seconds < REQUEST_SECONDS + SLACK_SECONDS
            assert answer.status_code in (503, 504), answer.text
            assert httpx2.get(f"{platform.service_url('identity')}/health/live").status_code == 200
        finally:
            send_to_all(paused, signal.SIGCONT)
        eventually(lambda: student.get("identity/me").status_code, lambda status: status == 200, within=30)
        assert_goes_on(student)
