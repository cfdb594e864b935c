"""Signed-in users: what each knows after signing in."""

from dataclasses import dataclass
from typing import Any

from edu_loadtest import accounts
from edu_loadtest.request import Conversation, Request

COURSES_READ = 2


class SignInFailed(Exception):
    """The platform rejected an account of the demonstration data."""


@dataclass(frozen=True)
class Student:
    """A signed-in student."""

    token: str
    lessons: list[tuple[str, str]]
    """Some of the lessons the student may take: course id, lesson id."""


@dataclass(frozen=True)
class Teacher:
    """A signed-in teacher."""

    token: str
    courses: list[str]
    """Ids of some of the teacher's courses."""
    draft: str | None
    """Id of a course to edit; only a verified teacher has one."""


def sign_in_student(email: str) -> Conversation[Student]:
    """Sign in and read the lessons of some courses."""
    token = yield from _sign_in(email)
    enrollments = yield Request("GET", "/enrollment/enrollments/me", "/enrollment/enrollments/me", token)
    lessons: list[tuple[str, str]] = []
    active = [enrollment["course_id"] for enrollment in _items(enrollments) if enrollment["status"] != "revoked"]
    for course in active[:COURSES_READ]:
        content = yield Request("GET", f"/course/courses/{course}/curriculum", "/course/courses/{id}/curriculum", token)
        modules: list[dict[str, Any]] = content["modules"] if content else []
        lessons += [(course, lesson["id"]) for module in modules for lesson in module["lessons"]]
    return Student(token, lessons)


def sign_in_teacher(email: str) -> Conversation[Teacher]:
    """Sign in, read the teacher's courses and, when verified, create one."""
    token = yield from _sign_in(email)
    me = yield Request("GET", "/identity/me", "/identity/me", token)
    courses = yield Request("GET", "/course/courses/my", "/course/courses/my", token)
    draft = None
    if me and me["is_verified"]:
        draft = yield new_course(token)
    return Teacher(token, [course["id"] for course in _items(courses)], draft and draft["id"])


def new_course(token: str) -> Request:
    """Return the request that creates a course."""
    body = {"title": "Notes of a load test", "is_free": True}
    return Request("POST", "/course/courses", "/course/courses", token, body)


def _sign_in(email: str) -> Conversation[str]:
    tokens = yield login(email)
    if not tokens:
        raise SignInFailed(email)
    return tokens["access_token"]


def login(email: str) -> Request:
    """Return the request that signs in."""
    body = {"email": email, "password": accounts.PASSWORD}
    return Request("POST", "/identity/login", "/identity/login", body=body)


def _items(page: dict[str, Any] | None) -> list[dict[str, Any]]:
    return page["items"] if page else []
