"""Who may do what: one rule for each route and method of the five OpenAPI documents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from abuse.callers import (
    ADMIN,
    CALLERS,
    ENDED,
    FORGED,
    OTHER_STUDENT,
    OTHER_TEACHER,
    STUDENT,
    TEACHER,
    UNVERIFIED,
    Cast,
)

ALLOWED = 200
"""Represents every success."""
SIGNED_IN = (STUDENT, OTHER_STUDENT, UNVERIFIED, TEACHER, OTHER_TEACHER, ADMIN)
TEACHERS = (UNVERIFIED, TEACHER, OTHER_TEACHER)
LEARNERS = tuple(kind for kind in SIGNED_IN if kind != ADMIN)

Expected = Mapping[str, int]


@dataclass(frozen=True)
class Call:
    """The parts of a request other than method and path template."""

    ids: Mapping[str, str] = field(default_factory=dict[str, str])
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: str = ""


Make = Callable[[Cast], Call]


def nothing(_: Cast) -> Call:
    return Call()


def sending(json: Any) -> Make:
    return lambda _: Call(json=json)


def about(name: str, thing: Callable[[Cast], str], json: Any = None) -> Make:
    """Return a factory of calls whose path parameter `name` is the id of `thing`."""
    return lambda cast: Call({name: thing(cast)}, json)


def only(*kinds: str, others: int = 403, **exceptions: int) -> Expected:
    """Return 401 for anonymous callers, and success only for `kinds`; `exceptions` are named as in `NAMED`."""
    named = {NAMED[name]: status for name, status in exceptions.items()}
    return dict.fromkeys(CALLERS, 401) | dict.fromkeys(SIGNED_IN, others) | dict.fromkeys(kinds, ALLOWED) | named


NAMED = {"teacher": TEACHER, "other_teacher": OTHER_TEACHER, "admin": ADMIN}

EVERYBODY: Expected = dict.fromkeys(CALLERS, ALLOWED)
"""Routes that ignore tokens."""
VISIBLE: Expected = {**EVERYBODY, FORGED: 401, ENDED: 401}
"""Routes for everyone, on which a token that is sent must be valid."""
USERS = only(*SIGNED_IN)
ADMINS = only(ADMIN)
OWNER = only(TEACHER)
"""A teacher's published object: everyone sees it, no one else may change it."""
HIDDEN_OWNER: Expected = {**OWNER, UNVERIFIED: 404, OTHER_TEACHER: 404}
"""A draft, which other teachers must not learn of; students and admins may not change any course."""
HIDDEN: Expected = {**dict.fromkeys(CALLERS, 404), FORGED: 401, ENDED: 401, TEACHER: ALLOWED, ADMIN: ALLOWED}
"""A draft that is read."""
OWN_STUDENT = only(STUDENT, others=404)


REPORT = {"reason": "spam"}


def course(cast: Cast) -> str:
    return cast.course["id"]


def lesson(cast: Cast) -> str:
    return cast.course["lesson_ids"][0]


def finish(cast: Cast) -> Call:
    return Call({"lesson_id": lesson(cast)}, {"course_id": course(cast)})


def resume(cast: Cast) -> Call:
    return Call({"lesson_id": lesson(cast)}, {"course_id": course(cast), "seconds": 30})


def reorder(cast: Cast) -> Call:
    modules = cast.teacher.read(f"course/courses/{course(cast)}/curriculum")["modules"]
    order = [{"id": module["id"], "lessons": [lesson["id"] for lesson in module["lessons"]]} for module in modules]
    return Call({"course_id": course(cast)}, {"modules": order})


def buy(cast: Cast) -> Call:
    bought = cast.teacher.course(price="30.00", lessons=1)["id"]
    return Call(json={"course_id": bought}, headers={"Idempotency-Key": uuid4().hex})


def enroll(cast: Cast) -> Call:
    return Call(json={"course_id": cast.published()})


def write_review(cast: Cast) -> Call:
    return Call(json={"course_id": course(cast), "rating": 5})


def pending_payment(cast: Cast) -> str:
    return cast.new_payment("20.37")


def unknown_token(**more: str) -> Make:
    return sending({"token": uuid4().hex + uuid4().hex, **more})


def register(_: Cast) -> Call:
    email = f"abuse.{uuid4().hex[:12]}@example.com"
    return Call(json={"email": email, "password": "correct horse battery", "name": "New"})


def sign_in(cast: Cast) -> Call:
    return Call(json={"email": cast.student.email, "password": cast.student.password})


def unverified(cast: Cast) -> str:
    return cast.new_teacher(verified=False).id


def student(cast: Cast) -> str:
    return cast.student.id


def tell(cast: Cast) -> Call:
    return Call(json={"user_id": cast.student.id, "title": "Maintenance", "body": "On Sunday."})


def of_users(cast: Cast) -> Call:
    return Call(query=f"?ids={cast.student.id}")


Rules = dict[tuple[str, str], tuple[Expected, Make]]

HEALTH: Rules = {("GET", "/health/live"): (EVERYBODY, nothing), ("GET", "/health/ready"): (EVERYBODY, nothing)}

# Passwords and tokens sent here are wrong wherever right ones would change an account: the test is only about
# whether the caller gets as far as the check.
IDENTITY: Rules = {
    ("GET", "/.well-known/jwks.json"): (EVERYBODY, nothing),
    ("POST", "/register"): (EVERYBODY, register),
    ("POST", "/login"): (EVERYBODY, sign_in),
    ("POST", "/refresh"): (dict.fromkeys(CALLERS, 401), sending({"refresh_token": "no-such-token-" + "x" * 29})),
    ("GET", "/users"): (EVERYBODY, of_users),
    ("GET", "/users/{user_id}/public"): (EVERYBODY, about("user_id", student)),
    ("POST", "/email/verify"): (dict.fromkeys(CALLERS, 400), unknown_token()),
    ("POST", "/email/verify/resend"): (USERS, nothing),
    ("POST", "/password/forgot"): (EVERYBODY, sending({"email": "nobody.at.all@example.com"})),
    ("POST", "/password/reset"): (dict.fromkeys(CALLERS, 400), unknown_token(password="another horse battery")),
    ("GET", "/me"): (USERS, nothing),
    ("PATCH", "/me"): (USERS, sending({"bio": "Gardener."})),
    ("POST", "/me/password"): (
        only(),
        sending({"current": "not the password", "new": "another horse battery"}),
    ),
    ("GET", "/me/sessions"): (USERS, nothing),
    ("DELETE", "/me/sessions/{session_id}"): (OWN_STUDENT, about("session_id", Cast.session)),
    ("GET", "/me/application"): (only(*TEACHERS), nothing),
    ("POST", "/me/application"): (
        only(UNVERIFIED, teacher=409, other_teacher=409),
        sending({"text": "Ten years of roses."}),
    ),
    ("GET", "/admin/teachers/pending"): (ADMINS, nothing),
    ("PATCH", "/admin/users/{user_id}/verify"): (ADMINS, about("user_id", unverified)),
    ("PATCH", "/admin/users/{user_id}/reject"): (ADMINS, about("user_id", unverified, {"reason": "Too short."})),
    ("GET", "/admin/users"): (ADMINS, nothing),
    ("PATCH", "/admin/users/{user_id}"): (ADMINS, about("user_id", student, {"is_active": True})),
    ("GET", "/admin/audit"): (ADMINS, nothing),
}

ENDING: Rules = {
    ("POST", "/logout"): (USERS, nothing),
    ("POST", "/logout-all"): (USERS, nothing),
    ("DELETE", "/me"): (only(*LEARNERS, admin=409), nothing),
}
"""Rules of identity for calls that end the caller's account; each call gets a caller of its own."""

COURSE: Rules = {
    ("GET", "/courses"): (EVERYBODY, nothing),
    ("GET", "/courses/facets"): (EVERYBODY, nothing),
    ("GET", "/courses/suggest"): (EVERYBODY, lambda _: Call(query="?q=garden")),
    ("GET", "/categories"): (EVERYBODY, nothing),
    ("GET", "/courses/{course_id}"): (HIDDEN, about("course_id", Cast.draft)),
    ("GET", "/courses/{course_id}/curriculum"): (HIDDEN, about("course_id", Cast.draft)),
    ("GET", "/courses/my"): (only(*TEACHERS), nothing),
    ("POST", "/courses"): (only(TEACHER, OTHER_TEACHER), sending({"title": "Roses", "is_free": True})),
    ("PUT", "/courses/{course_id}"): (OWNER, about("course_id", course, {"subtitle": "For all"})),
    ("DELETE", "/courses/{course_id}"): (HIDDEN_OWNER, about("course_id", Cast.draft)),
    ("POST", "/courses/{course_id}/publish"): (HIDDEN_OWNER, about("course_id", Cast.ready_draft)),
    ("POST", "/courses/{course_id}/unpublish"): (only(TEACHER, ADMIN), about("course_id", Cast.published)),
    ("POST", "/courses/{course_id}/archive"): (only(TEACHER, ADMIN), about("course_id", Cast.published)),
    ("POST", "/courses/{course_id}/modules"): (OWNER, about("course_id", course, {"title": "More"})),
    ("PUT", "/courses/{course_id}/curriculum/order"): (OWNER, reorder),
    ("PUT", "/modules/{module_id}"): (OWNER, lambda cast: Call({"module_id": cast.module}, {"title": "Anew"})),
    ("DELETE", "/modules/{module_id}"): (HIDDEN_OWNER, about("module_id", Cast.draft_module)),
    ("POST", "/modules/{module_id}/lessons"): (
        HIDDEN_OWNER,
        about("module_id", Cast.draft_module, {"title": "One", "content": "Text."}),
    ),
    ("GET", "/lessons/{lesson_id}"): (only(STUDENT, TEACHER, ADMIN), about("lesson_id", lesson)),
    ("PUT", "/lessons/{lesson_id}"): (OWNER, about("lesson_id", lesson, {"title": "Anew"})),
    ("DELETE", "/lessons/{lesson_id}"): (HIDDEN_OWNER, about("lesson_id", Cast.draft_lesson)),
    ("POST", "/reviews"): (only(STUDENT), write_review),
    ("GET", "/reviews/me"): (USERS, nothing),
    ("GET", "/reviews/course/{course_id}"): (VISIBLE, about("course_id", course)),
    ("PUT", "/reviews/{review_id}"): (only(STUDENT), lambda cast: Call({"review_id": cast.review}, {"rating": 3})),
    ("DELETE", "/reviews/{review_id}"): (
        only(STUDENT, ADMIN),
        about("review_id", lambda cast: cast.review_by(cast.student)),
    ),
    ("POST", "/courses/{course_id}/report"): (USERS, about("course_id", Cast.published, REPORT)),
    ("POST", "/reviews/{review_id}/report"): (
        USERS,
        about("review_id", lambda cast: cast.review_by(cast.student), REPORT),
    ),
    ("GET", "/admin/reports"): (ADMINS, nothing),
    ("PATCH", "/admin/reports/{report_id}"): (
        ADMINS,
        about("report_id", Cast.report, {"decision": "dismissed", "note": ""}),
    ),
    ("GET", "/admin/courses"): (ADMINS, nothing),
    ("POST", "/admin/courses/{course_id}/take-down"): (
        ADMINS,
        about("course_id", Cast.published, {"reason": "A copy of another course."}),
    ),
    ("POST", "/admin/courses/{course_id}/restore"): (ADMINS, about("course_id", Cast.published)),
    ("GET", "/admin/reviews"): (ADMINS, nothing),
    ("PATCH", "/admin/reviews/{review_id}"): (
        ADMINS,
        about("review_id", lambda cast: cast.review_by(cast.student), {"hidden": True}),
    ),
}

ENROLLMENT: Rules = {
    ("POST", "/enrollments"): (only(*LEARNERS, teacher=403), enroll),
    ("GET", "/enrollments/me"): (USERS, nothing),
    ("GET", "/enrollments/course/{course_id}/count"): (EVERYBODY, about("course_id", course)),
    ("GET", "/enrollments/course/{course_id}"): (only(TEACHER, ADMIN), about("course_id", course)),
    ("POST", "/progress/lessons/{lesson_id}/complete"): (only(STUDENT), finish),
    ("DELETE", "/progress/lessons/{lesson_id}/complete"): (only(STUDENT), about("lesson_id", lesson)),
    ("PUT", "/progress/lessons/{lesson_id}/position"): (only(STUDENT), resume),
    ("GET", "/progress/courses/{course_id}"): (USERS, about("course_id", course)),
    ("GET", "/progress/courses/{course_id}/lessons"): (USERS, about("course_id", course)),
    ("GET", "/certificates/me"): (USERS, nothing),
    ("GET", "/certificates/{code}"): (EVERYBODY, lambda cast: Call({"code": cast.certificate})),
    ("GET", "/certificates/{code}.pdf"): (EVERYBODY, lambda cast: Call({"code": cast.certificate})),
}

PAYMENT: Rules = {
    ("POST", "/payments"): (only(*LEARNERS, teacher=403), buy),
    ("GET", "/payments/me"): (USERS, nothing),
    ("GET", "/payments/{payment_id}"): (
        only(STUDENT, ADMIN, others=404),
        lambda cast: Call({"payment_id": cast.payment}),
    ),
    ("POST", "/payments/{payment_id}/refund"): (
        only(STUDENT, ADMIN, others=404),
        about("payment_id", Cast.new_payment),
    ),
    ("GET", "/admin/payments"): (ADMINS, nothing),
    ("POST", "/admin/payments/{payment_id}/settle"): (
        ADMINS,
        about("payment_id", pending_payment, {"outcome": "completed"}),
    ),
}

NOTIFICATION: Rules = {
    ("GET", "/notifications/me"): (USERS, nothing),
    ("PATCH", "/notifications/{notification_id}/read"): (OWN_STUDENT, about("notification_id", Cast.notification)),
    ("POST", "/notifications/read-all"): (USERS, nothing),
    ("GET", "/notifications/preferences"): (USERS, nothing),
    ("PUT", "/notifications/preferences"): (USERS, sending({"email": {}})),
    ("GET", "/notifications/unsubscribe"): (EVERYBODY, nothing),
    ("POST", "/notifications/unsubscribe"): (dict.fromkeys(CALLERS, 404), lambda _: Call(query="?token=no.mails.link")),
    ("POST", "/notifications"): (ADMINS, tell),
}

RULES: Mapping[str, Rules] = {
    "identity": IDENTITY | ENDING | HEALTH,
    "course": COURSE | HEALTH,
    "enrollment": ENROLLMENT | HEALTH,
    "payment": PAYMENT | HEALTH,
    "notification": NOTIFICATION | HEALTH,
}
