"""The platform's users, as HTTP clients of its public origin."""

import email
import email.policy
import re
import time
from collections.abc import Callable
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx2

from edu_cli.devserver.platform import ADMIN_EMAIL, DEMO_PASSWORD, Platform

PASSWORD = "correct horse battery"
WAIT_SECONDS = 10.0

Result = TypeVar("Result")


def eventually(ask: Callable[[], Result], wanted: Callable[[Result], bool], within: float = WAIT_SECONDS) -> Result:
    """Repeat a request until its result is as wanted, and return it; fail with the last result after the timeout."""
    deadline = time.monotonic() + within
    while not wanted(answer := ask()):
        assert time.monotonic() < deadline, f"still {answer!r} after {within} s"
        time.sleep(0.02)
    return answer


class Visitor:
    """A user who has not signed in."""

    def __init__(self, origin: str) -> None:
        self.http = httpx2.Client(base_url=origin, timeout=15, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Send a request to `path`, which starts with the service's name."""
        return self.http.request(method, f"/api/{path}", **options)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx2.Response:
        return self.call("POST", path, json=json, **options)

    def read(self, path: str, **options: Any) -> Any:
        """Return the JSON at `path`, which must exist."""
        return expect(self.get(path, **options), 200)


def expect(response: httpx2.Response, status: int, code: str | None = None) -> Any:
    """Return the body of a response, which must have this status and, if it is an error, this code."""
    assert response.status_code == status, f"{response.request.url}: {response.status_code} {response.text}"
    body: Any = response.json() if response.content else None
    if code is not None:
        assert body["code"] == code, body
        assert response.headers["content-type"] == "application/problem+json"
    return body


class Person(Visitor):
    """A registered user, signed in."""

    role = "student"

    def __init__(self, origin: str) -> None:
        super().__init__(origin)
        unique = uuid4().hex[:12]
        self.email = f"{self.role}.{unique}@example.com"
        self.name = f"{self.role.title()} {unique}"
        self.password = PASSWORD
        self.sign_up()
        self.id: str = self.read("identity/me")["id"]

    def sign_up(self) -> None:
        body = {"email": self.email, "password": self.password, "name": self.name, "role": self.role}
        self.use(expect(self.post("identity/register", body), 201))

    def sign_in(self) -> None:
        self.use(expect(self.post("identity/login", {"email": self.email, "password": self.password}), 200))

    def use(self, tokens: dict[str, Any]) -> None:
        self.refresh_token: str = tokens["refresh_token"]
        self.access_token: str = tokens["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.access_token}"


class Student(Person):
    role = "student"

    def pay(self, course_id: str, key: str | None = None, **body: Any) -> httpx2.Response:
        headers = {"Idempotency-Key": key or uuid4().hex}
        return self.post("payment/payments", {"course_id": course_id, **body}, headers=headers)

    def enroll(self, course_id: str, **body: Any) -> httpx2.Response:
        return self.post("enrollment/enrollments", {"course_id": course_id, **body})

    def enrollments(self, course_id: str) -> list[Any]:
        mine = self.read("enrollment/enrollments/me?limit=100")["items"]
        return [item for item in mine if item["course_id"] == course_id]

    def notifications(self, course_id: str) -> list[Any]:
        """Return this user's notifications of an enrollment in a course."""
        mine = self.read("notification/notifications/me?limit=100")["items"]
        return [item for item in mine if item["data"].get("course_id") == course_id]

    def complete(self, lesson_id: str, course_id: str) -> httpx2.Response:
        return self.post(f"enrollment/progress/lessons/{lesson_id}/complete", {"course_id": course_id})


class Teacher(Person):
    role = "teacher"

    def draft(self, **fields: Any) -> dict[str, Any]:
        """Create a course, free unless it has a price."""
        body = {
            "title": f"Practical Gardening {uuid4().hex[:8]}",
            "description": "Soil, seeds, seasons.",
            "category": "gardening",
            "is_free": "price" not in fields,
            **fields,
        }
        return expect(self.post("course/courses", body), 201)

    def add_lessons(self, course_id: str, count: int = 2, **fields: Any) -> list[str]:
        """Create a module with lessons; return the lessons' ids in order."""
        module = expect(self.post(f"course/courses/{course_id}/modules", {"title": "Getting started"}), 201)
        made: list[str] = []
        for number in range(1, count + 1):
            body = {"title": f"Lesson {number}", "content": f"# Lesson {number}\n\nText.", **fields}
            made.append(expect(self.post(f"course/modules/{module['id']}/lessons", body), 201)["id"])
        return made

    def publish(self, course_id: str) -> dict[str, Any]:
        return expect(self.post(f"course/courses/{course_id}/publish"), 200)

    def course(self, lessons: int = 2, **fields: Any) -> dict[str, Any]:
        """Create a published course; return its fields and `lesson_ids`."""
        course = self.draft(**fields)
        lesson_ids = self.add_lessons(course["id"], lessons)
        return {**self.publish(course["id"]), "lesson_ids": lesson_ids}


class Admin(Person):
    """The first admin, who is created from the configuration."""

    role = "admin"

    def sign_up(self) -> None:
        self.email, self.password = ADMIN_EMAIL, DEMO_PASSWORD
        self.sign_in()

    def verify(self, teacher: Teacher) -> None:
        """Verify a teacher and wait until the course service has received the event."""
        expect(self.call("PATCH", f"identity/admin/users/{teacher.id}/verify"), 200)
        teacher.sign_in()


def token_in_mail(platform: Platform, person: Person, page: str) -> str:
    """Return the token in the newest mail to `person` that links to `page`; empty while there is none."""
    for path in sorted(platform.state.mail.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        found = re.search(rf"/{page}\?token=([\w-]+)", body.get_content() if body else "")
        if found and person.email in str(mail["To"]):
            return found.group(1)
    return ""
