"""Users of the platform's public origin: students, searchers and teachers in the ratio 7 : 2 : 1.

`locust --locustfile locustfile.py --host http://127.0.0.1:3001`, on a platform with demonstration data of the size
that SEED_SIZE names. An answer that is an error is a failure, unless the user could not have known better (two
users may share an account, and one of them bought the course just before).

MIX_STUDENT, MIX_SEARCH and MIX_TEACHER set other ratios. COURSE_URL and its like name services to ask directly.
SUMMARY_FILE takes the run's figures as JSON, small enough for a pod's termination message.
"""

import json
import os
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar, cast

from locust import FastHttpUser, between, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import WorkerRunner

from edu_loadtest import accounts
from edu_loadtest.accounts import dice

PAGE = 20
SEARCH_WORDS = (
    *("python", "design", "guitar", "statist", "cooking", "go", "marketing", "spanish", "data", "photo"),
    *("machine learning", "программирование", "javascrpt", "yoga", "finance", "sql", "english", "piano"),
)
PASSING_OWNED = ("already_owned", "already_enrolled", "own_course")


def weight(kind: str, usual: int) -> int:
    return int(os.environ.get(f"MIX_{kind.upper()}", usual))


def address(path: str) -> str:
    """Where to ask for `/<service>/…`: at the service where its address is known, else at the public origin."""
    service = path.split("/")[1]
    return os.environ.get(f"{service.upper()}_URL", "") + f"/api{path}"


@cast("Any", events.quitting).add_listener  # Locust's annotations are partial
def write_summary(environment: Environment, **_: Any) -> None:
    """Leave the figures of the whole run, which only the master has, or a process that works alone."""
    file = os.environ.get("SUMMARY_FILE")
    if file and not isinstance(environment.runner, WorkerRunner):
        Path(file).write_text(json.dumps(summary(environment)))


def summary(environment: Environment) -> dict[str, float]:
    total = environment.stats.total
    percentiles = {f"p{percent}Ms": total.get_response_time_percentile(percent / 100) for percent in (50, 95, 99)}
    return {
        "requests": total.num_requests,
        "rps": round(total.total_rps, 2),
        **percentiles,
        "errors": total.num_failures,
        "errorPercent": round(total.fail_ratio * 100, 3),
    }


class PlatformUser(FastHttpUser):
    """What all users do: call the API as somebody, look at the catalogue."""

    abstract = True
    headers: Mapping[str, str]

    def on_start(self) -> None:
        self.headers = {}

    def call(self, method: str, path: str, name: str, passing: tuple[str, ...] = (), **body: Any) -> Any:
        """The JSON of the answer; None after a failure, or after an error whose code is in `passing`."""
        headers = dict(self.headers)
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        client = cast("Any", self.client)  # Locust's annotations are partial
        with client.request(
            method, address(path), name=name, headers=headers, json=body or None, catch_response=True
        ) as response:
            content = _json(response.text)
            if HTTPStatus.OK <= response.status_code < HTTPStatus.BAD_REQUEST:
                response.success()
                return content
            code = content.get("code") if content else response.error
            if code in passing:
                response.success()
            else:
                response.failure(f"{response.status_code} {code}")
            return None

    def sign_in(self, email: str) -> None:
        tokens = self.call("POST", "/identity/login", "/identity/login", email=email, password=accounts.PASSWORD)
        if not tokens:
            raise StopUser
        self.headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    def courses(self, query: str = "sort=popular", name: str = "/course/courses") -> list[dict[str, Any]]:
        page = self.call("GET", f"/course/courses?limit={PAGE}&{query}", name)
        return page["items"] if page else []


def _json(text: str | None) -> Any:
    """None for an answer without a body, or with one that is no JSON."""
    try:
        return json.loads(text) if text else None
    except json.JSONDecodeError:
        return None


class Student(PlatformUser):
    weight = weight("student", 7)
    wait_time = between(1, 3)

    def on_start(self) -> None:
        super().on_start()
        self.sign_in(accounts.student())

    @task(5)
    def look_at_a_course(self) -> None:
        courses = self.courses(f"sort=popular&offset={dice.randrange(10) * PAGE}")
        if courses:
            course = dice.choice(courses)["id"]
            self.call("GET", f"/course/courses/{course}", "/course/courses/{id}")
            self.call("GET", f"/course/courses/{course}/curriculum", "/course/courses/{id}/curriculum")
            self.call("GET", f"/course/reviews/course/{course}", "/course/reviews/course/{id}")

    @task(4)
    def learn(self) -> None:
        enrollments = self.call("GET", "/enrollment/enrollments/me", "/enrollment/enrollments/me")
        if not enrollments or not enrollments["items"]:
            return
        course = dice.choice(enrollments["items"])["course_id"]
        outline = self.call("GET", f"/course/courses/{course}/curriculum", "/course/courses/{id}/curriculum")
        lessons = [lesson["id"] for module in outline["modules"] for lesson in module["lessons"]] if outline else []
        if lessons:
            self._take(course, dice.choice(lessons))

    def _take(self, course: str, lesson: str) -> None:
        self.call("GET", f"/course/lessons/{lesson}", "/course/lessons/{id}")
        done = f"/enrollment/progress/lessons/{lesson}/complete"
        self.call("POST", done, "/enrollment/progress/lessons/{id}/complete", course_id=course)
        self.call("GET", f"/enrollment/progress/courses/{course}", "/enrollment/progress/courses/{id}")

    @task(1)
    def enroll(self) -> None:
        for course in self.courses("price=free&sort=newest")[:1]:
            self.call(
                "POST",
                "/enrollment/enrollments",
                "/enrollment/enrollments",
                PASSING_OWNED,
                course_id=course["id"],
            )

    @task(1)
    def buy(self) -> None:
        courses = self.courses("price=paid&sort=popular")
        if courses:
            course = dice.choice(courses)["id"]
            self.call("POST", "/payment/payments", "/payment/payments", PASSING_OWNED, course_id=course)

    @task(2)
    def read_notifications(self) -> None:
        self.call("GET", "/notification/notifications/me", "/notification/notifications/me")


class Searcher(PlatformUser):
    weight = weight("search", 2)
    wait_time = between(1, 2)
    sorts: ClassVar = ("relevance", "popular", "rating", "newest", "price_asc")

    @task(4)
    def search(self) -> None:
        word, sort = dice.choice(SEARCH_WORDS), dice.choice(self.sorts)
        self.courses(f"q={word}&sort={sort}", "/course/courses?q")

    @task(1)
    def narrow(self) -> None:
        word = dice.choice(SEARCH_WORDS)
        self.call("GET", f"/course/courses/facets?q={word}", "/course/courses/facets?q")
        self.courses(f"q={word}&level=beginner&min_rating=4", "/course/courses?q&filters")

    @task(2)
    def type_ahead(self) -> None:
        word = dice.choice(SEARCH_WORDS)
        self.call("GET", f"/course/courses/suggest?q={word[:4]}", "/course/courses/suggest")


class Teacher(PlatformUser):
    weight = weight("teacher", 1)
    wait_time = between(2, 5)

    def on_start(self) -> None:
        super().on_start()
        self.sign_in(accounts.teacher())
        me = self.call("GET", "/identity/me", "/identity/me")
        self.may_publish = bool(me and me["is_verified"])

    @task(4)
    def look_at_own_courses(self) -> None:
        page = self.call("GET", "/course/courses/my", "/course/courses/my")
        courses: list[Any] = page["items"] if page else []
        for course in courses[:1]:
            roster = f"/enrollment/enrollments/course/{course['id']}"
            self.call("GET", roster, "/enrollment/enrollments/course/{id}")

    @task(2)
    def look_at_earnings(self) -> None:
        self.call("GET", "/payment/earnings/me", "/payment/earnings/me")

    @task(1)
    def draft_a_course(self) -> None:
        if not self.may_publish:
            return
        title = f"Load test {uuid.uuid4().hex[:8]}"
        course: Any = self.call("POST", "/course/courses", "/course/courses", title=title, is_free=True)
        if course:
            modules = f"/course/courses/{course['id']}/modules"
            self.call("POST", modules, "/course/courses/{id}/modules", title="The first steps")
