"""The clock of Postgres's machine steps, an hour back or ahead, while events and mails are in progress."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from armed import broken_promises
from edu_cli.devserver.platform import Platform
from in_time import assert_goes_on
from people import Student, Teacher, eventually, expect
from queries import undelivered, until_delivered

LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib64/faketime/libfaketime.so.1")
HOUR = 3600


class Clock:
    """The time of day that Postgres sees; its monotonic clock is unaffected."""

    def __init__(self, offset: Path) -> None:
        self._offset = offset
        self.step(0)

    def environment(self, library: Path) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, seconds: int) -> None:
        """Set the clock to this many seconds before or past the true time, at once for every process."""
        following = self._offset.with_suffix(".next")
        following.write_text(f"{seconds:+d}")
        following.chmod(0o644)
        following.rename(self._offset)


@pytest.fixture(scope="module")
def clock(platform: Platform) -> Iterator[Clock]:
    library = next((path for pattern in LIBRARIES for path in Path("/").glob(pattern.lstrip("/"))), None)
    if not library:
        pytest.skip("no libfaketime on this machine; Debian and Ubuntu: apt-get install libfaketime")
    clock = Clock(platform.postgres.home / "clock")
    environment = clock.environment(library)
    platform.restart("postgres", wait=True, **environment)
    yield clock
    platform.restart("postgres", wait=True, **dict.fromkeys(environment, ""))


@pytest.mark.parametrize("hours", [-1, 1], ids=["back", "ahead"])
def test_what_is_under_way_goes_on(
    platform: Platform, clock: Clock, teacher: Teacher, student: Student, hours: int
) -> None:
    course_id = teacher.course(price="12.00")["id"]
    until_delivered(platform)
    platform.kill("notification")
    answer = eventually(lambda: student.pay(course_id, uuid4().hex), lambda answer: answer.status_code == 201)
    assert undelivered(platform)
    clock.step(hours * HOUR)
    try:
        platform.restart("notification")
        (enrollment,) = eventually(lambda: student.enrollments(course_id), bool, within=60)
        assert enrollment["payment_id"] == answer.json()["id"]
        eventually(lambda: student.notifications(course_id), bool, within=60)
        assert_goes_on(student)
        expect(student.enroll(teacher.course()["id"]), 201)
        until_delivered(platform, within=60)
    finally:
        clock.step(0)
    assert not broken_promises(platform)
    assert len(student.notifications(course_id)) == 1
