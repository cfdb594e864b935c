"""A platform that was used, loaded and broken for half a minute, and the Prometheus that scraped it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from edu_cli.devserver.platform import Options, Platform
from edu_cli.devserver.ports import find_free
from edu_cli.devserver.processes import Child
from edu_cli.devserver.prometheus import Prometheus
from edu_cli.devserver.services import HOST
from edu_cli.devserver.testing import temporary_platform
from edu_identity.publishers import ROUTES
from edu_topology import SERVICES
from people import Admin, Student, Teacher, Visitor, eventually

SCRAPE_SECONDS = 1
OPERATOR = Path(__file__).with_name("operator_process.py")
GONE = "notification"
HEAR_OF_SESSIONS = ROUTES["user.access_changed"]
"""Services that receive the event when all sessions of a user end."""

WAIT_SECONDS = 30
WANT_A_DATABASE = (
    "identity/me",
    "course/courses?q=nobody",
    "enrollment/enrollments/me",
    "payment/payments/me",
    "notification/notifications/me",
)


@dataclass(frozen=True)
class Watched:
    """What Prometheus recorded between two times."""

    http: httpx2.Client
    start: float
    end: float
    metrics: dict[str, str] = field(default_factory=dict[str, str])
    """The response of each service at /metrics in the end."""

    def over_time(self, expression: str) -> list[dict[str, Any]]:
        query = {"query": expression, "start": self.start, "end": self.end, "step": SCRAPE_SECONDS}
        return self._ask("query_range", query)

    def at_the_end(self, expression: str) -> list[dict[str, Any]]:
        return self._ask("query", {"query": expression, "time": self.end})

    def label_values(self, selector: str, label: str) -> list[str]:
        query = {"match[]": selector, "start": self.start, "end": self.end}
        return self._data(f"label/{label}/values", query)

    def _ask(self, kind: str, query: dict[str, Any]) -> list[dict[str, Any]]:
        return self._data(kind, query)["result"]

    def _data(self, path: str, query: dict[str, Any]) -> Any:
        answer = self.http.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@pytest.fixture(scope="session")
def watched() -> Iterator[Watched]:
    if not shutil.which("prometheus"):
        pytest.skip("prometheus was not found")
    with temporary_platform(Options(seed="small", durable=False)) as platform:
        run = platform.state.run()
        assert run is not None
        prometheus = Prometheus(platform.state, run, *find_free(1), scrape_interval=f"{SCRAPE_SECONDS}s")
        operator = _operator(platform)
        try:
            prometheus.start()
            operator.start()
            with httpx2.Client(base_url=prometheus.url, timeout=30, trust_env=False) as http:
                start = time.time()
                metrics = _use(platform, Watched(http, start, start))
                yield Watched(http, start, time.time(), metrics)
        finally:
            operator.kill()
            prometheus.stop()


def _operator(platform: Platform) -> Child:
    """Start a process with the operator's metrics, which Prometheus discovers in the same way as a load test's."""
    (port,) = find_free(1)
    target = platform.state.targets / "operator.json"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps([{"targets": [f"{HOST}:{port}"], "labels": {"component": "operator"}}]))
    command = [sys.executable, str(OPERATOR), str(port)]
    return Child("operator", command, dict(os.environ), platform.state.log("operator"), port)


def _use(platform: Platform, prometheus: Watched) -> dict[str, str]:
    """Produce data for every panel: sessions, purchases, rejections, a load test, faults.

    Return the response of each service at /metrics afterwards.
    """

    def now(expression: str) -> Callable[[], list[dict[str, Any]]]:
        return lambda: Watched(prometheus.http, 0, time.time()).at_the_end(expression)

    _study(platform)
    _be_refused(platform)
    _load(platform)
    _fail(platform, until=now('ALERTS{alertname="ErrorsHigh"}'))
    failing = 'count by (service) (http_requests_total{status=~"5.."})'
    eventually(now(failing), lambda services: len(services) == len(SERVICES), within=WAIT_SECONDS)
    heard = 'count by (service) (increase(http_request_duration_seconds_count{route="/internal/events"}[20s]) > 0)'
    eventually(now(heard), lambda services: len(services) == len(HEAR_OF_SESSIONS), within=WAIT_SECONDS)
    metrics = {name: httpx2.get(f"{platform.service_url(name)}/metrics", trust_env=False).text for name in SERVICES}
    platform.kill(GONE)
    eventually(now(f'ALERTS{{alertname="ServiceDown", component="{GONE}"}}'), bool, within=WAIT_SECONDS)
    return metrics


def _study(platform: Platform) -> None:
    with Admin(platform.url) as admin, Teacher(platform.url) as teacher, Student(platform.url) as student:
        admin.verify(teacher)
        course = eventually(lambda: teacher.course(price="19.00"), bool)
        assert student.pay(course["id"]).status_code == 201
        eventually(lambda: student.enrollments(course["id"]), bool)
        for lesson in course["lesson_ids"]:
            eventually(lambda lesson=lesson: student.complete(lesson, course["id"]).status_code, lambda s: s == 201)
        eventually(lambda: student.notifications(course["id"]), bool)
        for _ in range(3):
            student.read(f"course/courses/{course['id']}")
        leave(student)


def leave(student: Student) -> None:
    """End all sessions; every other service receives the event."""
    assert student.post("identity/logout-all").status_code == 204


def _be_refused(platform: Platform) -> None:
    with Visitor(platform.url) as visitor:
        for service in SERVICES:
            assert visitor.get(f"{service}/nothing/here").status_code == 404
        statuses = {visitor.post("identity/password/forgot", {"email": "a@example.com"}).status_code for _ in range(70)}
        assert statuses == {202, 429}


def _load(platform: Platform) -> None:
    subprocess.run(
        [sys.executable, "-m", "edu_cli", "bench", "locust", "--users", "10", "--spawn-rate", "10", "--duration", "15"],
        env={**os.environ, "EDU_HOME": str(platform.state.root)},
        check=True,
    )


def _fail(platform: Platform, until: Callable[[], list[dict[str, Any]]]) -> None:
    """Send requests to services whose database is unavailable, repeatedly: a rate needs two scrapes."""
    with Student(platform.url) as student:
        leave(student)  # a line begins with its second value
        student.sign_in()
        platform.kill("postgres")

        def noticed() -> bool:
            for path in WANT_A_DATABASE:
                assert student.get(path).status_code >= 500, path
            return bool(until())

        eventually(noticed, bool, within=WAIT_SECONDS)
    platform.restart("postgres")
