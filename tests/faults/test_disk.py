"""The disk of Postgres is full: writes are rejected in time, reads succeed, and all recovers once there is room."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from armed import broken_promises
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.testing import temporary_platform
from edu_cli.errors import LocalError
from edu_topology import SERVICES
from in_time import REQUEST_SECONDS, SLACK_SECONDS, assert_goes_on, assert_unavailable_in_time, timed
from people import PASSWORD, Admin, Student, Teacher, Visitor, eventually, expect
from queries import until_delivered

ROOM_MEGABYTES = 64
"""In addition to the size of the empty databases."""
A_LOT_OF_WAL = "SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 4000000))"


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - of this file alone


class SmallDisk:
    """A file system in memory, mounted on an existing directory, whose content it keeps."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._ballast = place / "ballast"

    def mount(self) -> None:
        """Mount it; raise `CalledProcessError` where mounting is not permitted."""
        aside = self._place.with_suffix(".aside")
        self._place.rename(aside)
        size = sum(file.stat().st_blocks * 512 for file in aside.rglob("*")) // 2**20 + ROOM_MEGABYTES
        self._place.mkdir()
        shutil.copystat(aside, self._place)
        try:
            run("mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", self._place)
        except subprocess.CalledProcessError:
            self._place.rmdir()
            aside.rename(self._place)
            raise
        run("cp", "-a", f"{aside}/.", self._place)
        shutil.rmtree(aside)

    def fill(self) -> None:
        """Fill it until nothing more can be written, not even by Postgres."""
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while free := shutil.disk_usage(self._place).free:
                file.write(bytes(min(free, 2**20)))

    def free(self) -> None:
        self._ballast.unlink()

    def unmount(self) -> None:
        run("umount", self._place)


@pytest.fixture(scope="module")
def disk_and_platform() -> Iterator[tuple[SmallDisk, Platform]]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    with temporary_platform(start=False) as platform:
        disk = SmallDisk(platform.postgres.home)
        try:
            disk.mount()
        except subprocess.CalledProcessError as error:
            pytest.skip(f"this system lets nobody mount a small disk: {error.stderr.decode().strip()}")
        try:
            platform.start()
            yield disk, platform
        finally:
            platform.stop()
            disk.unmount()


def pids(platform: Platform) -> dict[str, int | None]:
    return {name: platform.children[name].pid for name in SERVICES}


def refused(ask: Callable[[], httpx2.Response]) -> bool:
    """Return whether a writing request is rejected, in time and with a helpful message; otherwise it must succeed."""
    answer, seconds = timed(ask)
    assert seconds < REQUEST_SECONDS + SLACK_SECONDS
    if answer.status_code == 503:
        assert answer.headers["retry-after"]
        return True
    expect(answer, 201)
    return False


def test_what_reads_goes_on(disk_and_platform: tuple[SmallDisk, Platform]) -> None:
    disk, platform = disk_and_platform
    before = pids(platform)
    with Student(platform.url) as student:
        disk.fill()
        try:
            eventually(lambda: refused(lambda: register(student)), bool, within=120)
            assert_goes_on(student)
        finally:
            disk.free()
        eventually(lambda: refused(lambda: register(student)), lambda still: not still)
    assert not broken_promises(platform)
    assert pids(platform) == before


def register(visitor: Visitor) -> httpx2.Response:
    email = f"{uuid4().hex}@example.com"
    return visitor.post("identity/register", {"email": email, "password": PASSWORD, "name": "Ada", "role": "student"})


def test_no_room_for_the_log_of_writes(disk_and_platform: tuple[SmallDisk, Platform]) -> None:
    """Postgres shuts down rather than lose committed data, and restarts once there is room."""
    disk, platform = disk_and_platform
    before = pids(platform)
    with Admin(platform.url) as admin, Teacher(platform.url) as teacher, Student(platform.url) as student:
        admin.verify(teacher)
        course_id = teacher.course(price="9.00")["id"]
        assert_goes_on(student)
        disk.fill()
        try:
            with suppress(LocalError):
                while True:
                    platform.postgres.sql(A_LOT_OF_WAL)
            assert_unavailable_in_time(lambda: student.pay(course_id, "one-key"))
            expect(student.get("course/courses"), 200)  # from the cache
        finally:
            disk.free()

        def pay() -> int:
            platform.supervise(print)
            return student.pay(course_id, "one-key").status_code

        eventually(pay, lambda status: status == 201, within=60)
        eventually(lambda: student.enrollments(course_id), bool, within=60)
        assert_goes_on(student)
        until_delivered(platform)
    assert not broken_promises(platform)
    assert pids(platform) == before
