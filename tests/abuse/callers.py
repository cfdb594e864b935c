"""Every kind of caller that a route may get, and the objects that they own or do not own."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from people import Admin, Student, Teacher, Visitor, eventually, expect

NOBODY, FORGED, ENDED = "nobody", "forged token", "deactivated user"
STUDENT, OTHER_STUDENT = "owning student", "other student"
UNVERIFIED, TEACHER, OTHER_TEACHER = "unverified teacher", "owning teacher", "other teacher"
ADMIN = "admin"
CALLERS = (NOBODY, FORGED, ENDED, STUDENT, OTHER_STUDENT, UNVERIFIED, TEACHER, OTHER_TEACHER, ADMIN)

OWN = {
    "identity": "identity/me",
    "course": "course/reviews/me",
    "enrollment": "enrollment/enrollments/me",
    "payment": "payment/payments/me",
    "notification": "notification/notifications/me",
}
"""A path of each service that any signed-in user may read."""


def until_refused(who: Visitor) -> None:
    """Wait until every service has received the event that revokes this user's access."""
    for path in OWN.values():
        eventually(lambda path=path: who.get(path).status_code, lambda status: status == 401)


class Cast:
    """The callers, and factories of objects that belong to the owning student, the owning teacher, or no one."""

    def __init__(self, origin: str, admin: Admin, stack: ExitStack) -> None:
        self.origin = origin
        self._enter: Callable[[Any], Any] = stack.enter_context
        self.admin = admin
        self.student = self.new_student()
        self.other_student = self.new_student()
        self.unverified = self.new_teacher(verified=False)
        self.teacher = self.new_teacher()
        self.other_teacher = self.new_teacher()
        self.by_kind: Mapping[str, Visitor] = {
            NOBODY: self._enter(Visitor(origin)),
            FORGED: self._forged(),
            ENDED: self._deactivated(),
            STUDENT: self.student,
            OTHER_STUDENT: self.other_student,
            UNVERIFIED: self.unverified,
            TEACHER: self.teacher,
            OTHER_TEACHER: self.other_teacher,
            ADMIN: admin,
        }

    def new_student(self) -> Student:
        return self._enter(Student(self.origin))

    def new_teacher(self, *, verified: bool = True) -> Teacher:
        teacher: Teacher = self._enter(Teacher(self.origin))
        if verified:
            self.admin.verify(teacher)
        return teacher

    def _forged(self) -> Visitor:
        """Return a visitor with an admin's token that is signed with a key of their own."""
        token = self.admin.access_token
        claims = jwt.decode(token, options={"verify_signature": False})
        key = ec.generate_private_key(ec.SECP256R1())
        forged = jwt.encode(claims, key, algorithm="ES256", headers={"kid": jwt.get_unverified_header(token)["kid"]})
        visitor: Visitor = self._enter(Visitor(self.origin))
        visitor.http.headers["Authorization"] = f"Bearer {forged}"
        return visitor

    def _deactivated(self) -> Student:
        """Return a student whose access was revoked in every service."""
        student = self.new_student()
        expect(self.admin.call("PATCH", f"identity/admin/users/{student.id}", json={"is_active": False}), 200)
        until_refused(student)
        return student

    # objects of the owning teacher

    @cached_property
    def course(self) -> dict[str, Any]:
        """Create a free, published course in which the owning student is enrolled and has completed a lesson."""
        course = self.teacher.course()
        expect(self.student.enroll(course["id"]), 201)
        return course

    @cached_property
    def review(self) -> str:
        return self.review_by(self.student)

    @cached_property
    def module(self) -> str:
        curriculum = self.teacher.read(f"course/courses/{self.course['id']}/curriculum")
        return curriculum["modules"][0]["id"]

    @cached_property
    def payment(self) -> str:
        """Create a payment of the owning student for a course."""
        return self.new_payment()

    @cached_property
    def certificate(self) -> str:
        course = self.teacher.course(lessons=1)
        expect(self.student.enroll(course["id"]), 201)
        expect(self.student.complete(course["lesson_ids"][0], course["id"]), 201)
        mine = eventually(lambda: self.student.read("enrollment/certificates/me")["items"], bool)
        return mine[0]["code"]

    def draft(self) -> str:
        return self.teacher.draft()["id"]

    def ready_draft(self) -> str:
        """Create a draft with everything that publishing requires."""
        draft = self.draft()
        self.teacher.add_lessons(draft, 1)
        return draft

    def published(self) -> str:
        return self.teacher.course(lessons=1)["id"]

    def draft_module(self) -> str:
        module = self.teacher.post(f"course/courses/{self.draft()}/modules", {"title": "Short"})
        return expect(module, 201)["id"]

    def draft_lesson(self) -> str:
        return self.teacher.add_lessons(self.draft(), 1)[0]

    # objects of the owning student

    def new_payment(self, price: str = "20.00") -> str:
        return expect(self.student.pay(self.teacher.course(price=price, lessons=1)["id"]), 201)["id"]

    def review_by(self, student: Student) -> str:
        course_id = self.published()
        expect(student.enroll(course_id), 201)
        review = {"course_id": course_id, "rating": 4}
        return expect(student.post("course/reviews", review), 201)["id"]

    def report(self) -> str:
        """Create a report of a new course by the owning student."""
        return expect(self.student.post(f"course/courses/{self.published()}/report", {"reason": "spam"}), 201)["id"]

    def notification(self) -> str:
        found = eventually(lambda: self.student.read("notification/notifications/me")["items"], bool)
        return found[0]["id"]

    def session(self) -> str:
        """Create another session of the owning student."""
        before = {item["id"] for item in self.student.read("identity/me/sessions")["items"]}
        login = {"email": self.student.email, "password": self.student.password}
        with Visitor(self.origin) as elsewhere:
            expect(elsewhere.post("identity/login", login), 200)
        after = {item["id"] for item in self.student.read("identity/me/sessions")["items"]}
        return (after - before).pop()


@contextmanager
def new_cast(origin: str, admin: Admin) -> Generator[Cast]:
    with ExitStack() as stack:
        yield Cast(origin, admin, stack)
