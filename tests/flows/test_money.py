"""The money rules of docs/reference/money.md on running services: every action in every state of a student."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from edu_cli.devserver.platform import Platform
from people import Admin, Student, Teacher, Visitor, eventually, expect

PENDING_PRICE, PRICE = "20.37", "20.00"
LESSONS = 4


@dataclass
class Case:
    """A student and a paid course, and the users who act on them."""

    teacher: Teacher
    admin: Admin
    student: Student
    visitor: Visitor
    course: dict[str, Any]

    @property
    def id(self) -> str:
        return self.course["id"]

    def payments(self) -> list[dict[str, Any]]:
        mine = self.student.read("payment/payments/me?limit=100")["items"]
        return [payment for payment in mine if payment["course_id"] == self.id]

    def statuses(self) -> list[str]:
        return [payment["status"] for payment in self.payments()]

    def enrollment(self) -> str | None:
        enrollments = self.student.enrollments(self.id)
        return enrollments[0]["status"] if enrollments else None

    def becomes(self, ask: Callable[[], Any], wanted: Any) -> None:
        eventually(ask, lambda found: found == wanted)

    def rating(self) -> tuple[float, int]:
        course = self.teacher.read(f"course/courses/{self.id}")
        return course["avg_rating"], course["review_count"]

    def certificates(self) -> list[bool]:
        return [item["valid"] for item in self.student.read("enrollment/certificates/me")["items"]]

    def buy(self) -> None:
        expect(self.student.pay(self.id), 201)
        eventually(self.enrollment, lambda status: status not in (None, "revoked"))

    def complete(self, count: int) -> None:
        for lesson in self.course["lesson_ids"][:count]:
            expect(self.student.complete(lesson, self.id), 201)

    def unmark(self) -> None:
        for lesson in self.course["lesson_ids"]:
            expect(self.student.call("DELETE", f"enrollment/progress/lessons/{lesson}/complete"), 204)

    def review(self) -> None:
        expect(self.student.post("course/reviews", {"course_id": self.id, "rating": 1}), 201)

    def refund(self, by: Student | Admin) -> Any:
        return by.post(f"payment/payments/{self.payments()[0]['id']}/refund")

    def settle(self, outcome: str) -> Any:
        return self.admin.post(f"payment/admin/payments/{self.payments()[0]['id']}/settle", {"outcome": outcome})

    def refunded_by_admin(self) -> None:
        expect(self.refund(self.admin), 200)
        self.becomes(self.enrollment, "revoked")
        self.becomes(self.rating, (0, 0))


State = Callable[[Case], None]
Act = Callable[[Case, State], None]


def nothing(_: Case) -> None:
    pass


def pending(case: Case) -> None:
    expect(case.teacher.call("PUT", f"course/courses/{case.id}", json={"price": PENDING_PRICE}), 200)
    expect(case.student.pay(case.id), 201)


def bought(case: Case) -> None:
    case.buy()


def begun(case: Case) -> None:
    case.buy()
    case.complete(1)


def far(case: Case) -> None:
    case.buy()
    case.complete(2)
    case.unmark()


def certified(case: Case) -> None:
    case.buy()
    case.complete(LESSONS)
    case.unmark()


def reviewed(case: Case) -> None:
    case.buy()
    case.review()


def refunded(case: Case) -> None:
    case.buy()
    case.complete(LESSONS)
    case.review()
    case.refunded_by_admin()


def bought_again(case: Case) -> None:
    refunded(case)
    case.buy()
    case.becomes(case.rating, (1, 1))


STATES: tuple[State, ...] = (nothing, pending, bought, begun, far, certified, reviewed, refunded, bought_again)
OWNED = {bought, begun, far, certified, reviewed, bought_again}


def buy(case: Case, state: State) -> None:
    before = [payment["id"] for payment in case.payments()]
    answer = case.student.pay(case.id)
    if state in OWNED:
        expect(answer, 409, "already_owned")
    elif state is pending:
        assert expect(answer, 201)["id"] == before[0]
        assert case.statuses() == ["pending"]
    else:
        assert expect(answer, 201)["id"] not in before
        eventually(case.enrollment, lambda status: status not in (None, "revoked"))
        assert True not in case.certificates()


def refund_oneself(case: Case, state: State) -> None:
    if state is nothing:
        assert case.payments() == []
        return
    answer = case.refund(case.student)
    if state is pending:
        expect(answer, 409, "not_refundable")
    elif state in (far, certified, bought_again):
        expect(answer, 409, "refund_window_closed")
        assert case.enrollment() != "revoked"
    else:
        assert expect(answer, 200)["status"] == "refunded"
        case.becomes(case.enrollment, "revoked")
        case.becomes(case.rating, (0, 0))


def refund_by_admin(case: Case, state: State) -> None:
    if state is nothing:
        return
    answer = case.refund(case.admin)
    if state is pending:
        expect(answer, 409, "not_refundable")
        return
    expect(answer, 200)
    case.becomes(case.enrollment, "revoked")
    case.becomes(case.rating, (0, 0))
    assert True not in case.certificates()


def settle(case: Case, state: State) -> None:
    if state is nothing:
        return
    answer = case.settle("completed")
    if state is not pending:
        expect(answer, 409, "not_pending")
        return
    expect(answer, 200)
    case.becomes(case.enrollment, "enrolled")


def delete(case: Case, state: State) -> None:
    answer = case.teacher.call("DELETE", f"course/courses/{case.id}")
    if state in OWNED:
        expect(answer, 409, "has_enrollments")
    elif state is pending:
        expect(answer, 409, "has_payments")
    else:
        expect(answer, 204)


def take_off_sale(verb: str, rejection: tuple[int, str]) -> Act:
    """Have a teacher leave a course to its students only; other students who want to buy it are rejected."""

    def act(case: Case, state: State) -> None:
        status = expect(case.teacher.post(f"course/courses/{case.id}/{verb}"), 200)["status"]
        lesson_id = case.course["lesson_ids"][1]
        expect(case.visitor.get(f"course/courses/{case.id}"), 404)
        if state in OWNED:
            assert case.student.read(f"course/courses/{case.course['slug']}")["status"] == status
            assert case.student.read(f"course/lessons/{lesson_id}")["content"]
            assert case.student.complete(lesson_id, case.id).is_success
            return
        case.becomes(lambda: case.student.get(f"course/lessons/{lesson_id}").status_code, 404)
        expect(case.student.pay(case.id), *rejection)
        if state is pending:
            expect(case.settle("completed"), 200)
            case.becomes(case.enrollment, "enrolled")
            assert case.student.read(f"course/lessons/{lesson_id}")["content"]

    act.__name__ = verb
    return act


def write_review(case: Case, state: State) -> None:
    answer = case.student.post("course/reviews", {"course_id": case.id, "rating": 5})
    if state in (nothing, pending, refunded):
        expect(answer, 403, "enrollment_required")
        assert case.rating() == (0, 0)
    elif state in (reviewed, bought_again):
        expect(answer, 409, "already_reviewed")
        case.becomes(case.rating, (1, 1))
    else:
        expect(answer, 201)
        case.becomes(case.rating, (5, 1))


def remove_lessons(case: Case, state: State) -> None:
    for lesson in case.course["lesson_ids"][1:]:
        expect(case.teacher.call("DELETE", f"course/lessons/{lesson}"), 204)
    if state is begun:
        case.becomes(case.enrollment, "completed")
        assert case.certificates() == [True]
    elif state is bought_again:
        case.becomes(case.enrollment, "completed")
        assert case.certificates() == [True, False]


ACTS: tuple[Act, ...] = (
    buy,
    refund_oneself,
    refund_by_admin,
    settle,
    delete,
    take_off_sale("unpublish", (404, "course_not_found")),
    take_off_sale("archive", (409, "not_on_sale")),
    write_review,
    remove_lessons,
)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_each_act_in_each_state(
    teacher: Teacher, admin: Admin, student: Student, visitor: Visitor, state: State, act: Act
) -> None:
    case = Case(teacher, admin, student, visitor, teacher.course(lessons=LESSONS, price=PRICE))
    state(case)
    act(case, state)


def test_a_course_deleted_while_its_payment_completes_gives_the_money_back(
    teacher: Teacher, admin: Admin, student: Student, visitor: Visitor, platform: Platform
) -> None:
    """The deletion checks for payments before the payment exists: one that it misses is refunded automatically."""
    case = Case(teacher, admin, student, visitor, teacher.course(lessons=LESSONS, price=PENDING_PRICE))
    pending(case)
    platform.postgres.sql(f"UPDATE payments SET state = 'failed' WHERE course_id = '{case.id}'", database="payment")
    expect(teacher.call("DELETE", f"course/courses/{case.id}"), 204)
    platform.postgres.sql(f"UPDATE payments SET state = 'awaiting' WHERE course_id = '{case.id}'", database="payment")
    expect(case.settle("completed"), 200)
    case.becomes(case.statuses, ["refunded"])
    assert case.payments()[0]["refund_cause"] == "course_deleted"
    eventually(case.enrollment, lambda status: status in (None, "revoked"))
