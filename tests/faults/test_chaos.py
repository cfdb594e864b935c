"""Any process may die at any moment, Postgres too, and the data stay consistent; without a safeguard they do not."""

from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from armed import armed, broken_promises
from edu_cli.chaos.run import Plan, remove_from_database, run
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.testing import temporary_platform
from edu_common.fault_injection.safeguards import Safeguard, consented
from edu_topology import SERVICES
from people import Admin, Student, Teacher, eventually

PLAN = Plan(purchases=400, kill_every=0.5, students=8, minutes=5)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Start a platform for this file: what a missing safeguard breaks stays broken."""
    with temporary_platform(PLAN.options()) as platform:
        yield platform


@pytest.fixture
def course_id(platform: Platform) -> str:
    with Admin(platform.url) as admin, Teacher(platform.url) as teacher:
        admin.verify(teacher)
        return teacher.course(price="20.00")["id"]


@pytest.fixture
def student(platform: Platform) -> Iterator[Student]:
    with Student(platform.url) as student:
        yield student


def test_nothing_is_lost(platform: Platform) -> None:
    report = run(platform, PLAN)
    for name in SERVICES:  # whose connections ended with the previous Postgres
        platform.wait_ready(name)
    assert report.passed, [*report.server_errors, *report.unacknowledged, *report.violated]
    assert report.receipts["paid"] == report.purchases == PLAN.purchases
    assert report.kills["postgres"] > 0
    assert report.retries > 0


def test_without_inbox_a_repeated_event_counts_twice(platform: Platform, course_id: str, student: Student) -> None:
    with armed(platform, "course", "inbox.after_commit", consented([Safeguard.INBOX])):
        pay_until_acknowledged(student, course_id, uuid4().hex)
    assert any("a course's students are those of the enrollment service" in said for said in broken_promises(platform))


def test_without_idempotency_a_repeated_purchase_is_charged_twice(
    platform: Platform, course_id: str, student: Student
) -> None:
    remove_from_database(platform, Safeguard.IDEMPOTENCY)
    key = uuid4().hex
    with armed(platform, "payment", "payment.after_charge", consented([Safeguard.IDEMPOTENCY])):
        assert student.pay(course_id, key).status_code >= 500
    pay_until_acknowledged(student, course_id, key)
    assert any("nobody pays twice for a course" in said for said in broken_promises(platform))


def pay_until_acknowledged(student: Student, course_id: str, key: str) -> None:
    def acknowledged() -> bool:
        try:
            return student.pay(course_id, key).status_code == 201
        except httpx2.TransportError:
            return False

    eventually(acknowledged, bool, within=30)
