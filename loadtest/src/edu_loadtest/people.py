"""Those who visit: what each knows after signing in."""

from dataclasses import dataclass
from typing import Any

from edu_loadtest import accounts
from edu_loadtest.request import Conversation, Request

COURSES_LOOKED_INTO = 2


class CannotSignIn(Exception):
    """The platform did not let a user of the demonstration data in."""


@dataclass(frozen=True)
class Student:
    token: str
    lessons: list[tuple[str, str]]
    """Some of the lessons that are theirs to take, each after its course."""


@dataclass(frozen=True)
class Teacher:
    token: str
    courses: list[str]
    """Some of their own."""
    draft: str | None
    """A course to work on; only a verified teacher has one."""


def student_signs_in(email: str) -> Conversation[Student]:
    token = yield from _sign_in(email)
    enrollments = yield Request("GET", "/enrollment/enrollments/me", "/enrollment/enrollments/me", token)
    lessons: list[tuple[str, str]] = []
    active = [enrollment["course_id"] for enrollment in _items(enrollments) if enrollment["status"] != "revoked"]
    for course in active[:COURSES_LOOKED_INTO]:
        outline = yield Request("GET", f"/course/courses/{course}/curriculum", "/course/courses/{id}/curriculum", token)
        modules: list[dict[str, Any]] = outline["modules"] if outline else []
        lessons += [(course, lesson["id"]) for module in modules for lesson in module["lessons"]]
    return Student(token, lessons)


def teacher_signs_in(email: str) -> Conversation[Teacher]:
    """Sign in, look around, begin a course."""
    token = yield from _sign_in(email)
    me = yield Request("GET", "/identity/me", "/identity/me", token)
    own = yield Request("GET", "/course/courses/my", "/course/courses/my", token)
    draft = None
    if me and me["is_verified"]:
        draft = yield new_course(token)
    return Teacher(token, [course["id"] for course in _items(own)], draft and draft["id"])


def new_course(token: str) -> Request:
    body = {"title": "Notes of a load test", "is_free": True}
    return Request("POST", "/course/courses", "/course/courses", token, body)


def _sign_in(email: str) -> Conversation[str]:
    tokens = yield login(email)
    if not tokens:
        raise CannotSignIn(email)
    return tokens["access_token"]


def login(email: str) -> Request:
    body = {"email": email, "password": accounts.PASSWORD}
    return Request("POST", "/identity/login", "/identity/login", body=body)


def _items(page: dict[str, Any] | None) -> list[dict[str, Any]]:
    return page["items"] if page else []
