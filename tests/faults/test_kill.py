"""A process killed in the middle of a purchase: after its restart the student has exactly one of everything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx2
import pytest

from armed import armed, broken_promises
from edu_cli.devserver.platform import Platform
from edu_topology import SERVICES
from people import Student, Teacher, eventually, expect
from queries import charges, fetch_value, until_delivered

BUYERS = 8


def buy_until_acknowledged(student: Student, course_id: str, key: str) -> str:
    """Repeat the same purchase with the same key until the response is 201; return the payment's id."""

    def attempt() -> str:
        try:
            answer = student.pay(course_id, key)
        except httpx2.TransportError:
            return ""
        assert answer.status_code in (201, 409, 429) or answer.status_code >= 500, answer.text
        return answer.json()["id"] if answer.status_code == 201 else ""

    return eventually(attempt, bool, within=60)


@pytest.mark.parametrize("victim", SERVICES)
def test_kill_minus_nine_while_students_buy(
    platform: Platform, teacher: Teacher, new_student: Callable[[], Student], victim: str
) -> None:
    course_id = teacher.course(price="19.00")["id"]
    buyers = [new_student() for _ in range(BUYERS)]
    with ThreadPoolExecutor(BUYERS) as pool:
        purchases = [pool.submit(buy_until_acknowledged, buyer, course_id, uuid4().hex) for buyer in buyers]
        platform.kill(victim)
        platform.restart(victim)
        payments = [purchase.result() for purchase in purchases]
    for buyer, payment_id in zip(buyers, payments, strict=True):
        (enrollment,) = eventually(lambda buyer=buyer: buyer.enrollments(course_id), bool, within=30)
        assert enrollment["payment_id"] == payment_id
        eventually(lambda buyer=buyer: buyer.notifications(course_id), bool, within=30)
    until_delivered(platform)
    assert charges(platform, course_id) == BUYERS
    for buyer in buyers:
        assert len(buyer.notifications(course_id)) == 1


@pytest.mark.parametrize("place", ["payment.before_charge", "payment.after_charge", "payment.after_commit"])
def test_death_at_each_step_of_a_payment(platform: Platform, teacher: Teacher, student: Student, place: str) -> None:
    course_id = teacher.course(price="21.00")["id"]
    key = uuid4().hex
    with armed(platform, "payment", place):
        assert student.pay(course_id, key).status_code >= 500
    payment_id = buy_until_acknowledged(student, course_id, key)
    (enrollment,) = eventually(lambda: student.enrollments(course_id), bool, within=30)
    assert enrollment["payment_id"] == payment_id
    assert charges(platform, course_id) == 1
    assert not broken_promises(platform)


@pytest.mark.parametrize(
    ("service", "place"),
    [
        ("payment", "relay.before_send"),
        ("payment", "relay.after_send"),
        ("payment", "relay.after_commit"),
        ("enrollment", "inbox.before_commit"),
        ("enrollment", "inbox.after_commit"),
        ("notification", "inbox.before_commit"),
        ("notification", "inbox.after_commit"),
    ],
)
def test_death_at_each_step_of_an_event(
    platform: Platform, teacher: Teacher, student: Student, service: str, place: str
) -> None:
    course_id = teacher.course(price="22.00")["id"]
    until_delivered(platform)
    with armed(platform, service, place):
        payment_id = buy_until_acknowledged(student, course_id, uuid4().hex)
    (enrollment,) = eventually(lambda: student.enrollments(course_id), bool, within=30)
    assert enrollment["payment_id"] == payment_id
    assert not broken_promises(platform)
    assert len(student.enrollments(course_id)) == 1
    assert len(student.notifications(course_id)) == 1


@pytest.mark.parametrize("place", ["enrollment.before_commit", "enrollment.after_commit"])
def test_death_at_each_step_of_an_enrollment(
    platform: Platform, teacher: Teacher, student: Student, place: str
) -> None:
    course_id = teacher.course()["id"]
    with armed(platform, "enrollment", place):
        assert student.enroll(course_id).status_code >= 500
    assert student.enroll(course_id).status_code == (409 if place.endswith("after_commit") else 201)
    assert len(student.enrollments(course_id)) == 1
    assert not broken_promises(platform)
    assert len(student.notifications(course_id)) == 1


@pytest.mark.parametrize("place", ["refresh.before_commit", "refresh.after_commit"])
def test_death_at_each_step_of_a_rotation(platform: Platform, student: Student, place: str) -> None:
    """A client without a response repeats with the old token, and the session has one valid token."""
    body = {"refresh_token": student.refresh_token}
    with armed(platform, "identity", place):
        assert student.post("identity/refresh", body).status_code >= 500
    assert _living_tokens(platform, student) == 1
    answer = student.post("identity/refresh", body)
    if answer.status_code == 401:
        assert place == "refresh.after_commit"
        assert answer.json()["code"] == "refresh_reused"  # the restart took longer than the grace period
        student.sign_in()
    else:
        student.use(expect(answer, 200))
        assert _living_tokens(platform, student) == 1
    assert student.read("identity/me")["id"] == student.id


def _living_tokens(platform: Platform, student: Student) -> int:
    query = (
        "SELECT count(*) FROM refresh_tokens JOIN sessions ON sessions.id = session_id"
        " WHERE user_id = $1 AND replaced_at IS NULL"
    )
    return fetch_value(platform, "identity", query, student.id)
