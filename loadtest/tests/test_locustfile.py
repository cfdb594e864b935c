"""The load test against a small real server: what it requests, and what it counts as a failure."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from edu_loadtest import accounts, mix
from edu_loadtest.catalogue import Catalogue
from edu_loadtest.mix import Session
from edu_loadtest.request import Request
from edu_loadtest.users import Student, Teacher

LOCUSTFILE = Path(accounts.__file__).with_name("locustfile.py")  # importing it would patch this process

USERS = 12

LONG_RUN = """
import json
from locust.env import Environment
from edu_loadtest import locustfile

environment = Environment()
for method, name in json.loads(input()):
    environment.stats.log_request(method, name, 59_999.9, 0)
    locustfile.times.add(f"{method} {name}", 59_999.9)
    entry = environment.stats.get(name, method)
    entry.num_requests, entry.num_failures = 10_000_000, 1_000_000
locustfile.write_summary(environment)
"""
TERMINATION_MESSAGE = 4096
"""Bytes that Kubernetes keeps of one."""
POOLS = 400
"""Bytes that the results of five services' pools take."""

METRICS = """\
# TYPE db_pool_peak_in_use gauge
db_pool_peak_in_use{service="course"} 4.0
# TYPE db_pool_size gauge
db_pool_size{service="course"} 10.0
# TYPE http_requests_total counter
http_requests_total{service="course"} 7.0
"""


class Handler(BaseHTTPRequestHandler):
    """Responds to every path with one list, and with an error where the path contains the server's `failing`."""

    protocol_version = "HTTP/1.1"

    def respond(self) -> None:
        server: FakePlatform = self.server  # pyright: ignore[reportAssignmentType] - created by FakePlatform only
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        time.sleep(server.delay)
        server.requests.append((self.command, self.path.split("?")[0]))
        fails = bool(server.failing) and server.failing in self.path
        course = {"id": "1", "title": "Python for all", "tags": ["python"], "is_free": False}
        item = {**course, "course_id": "1", "status": "enrolled"}
        body = {"items": [item], "next_cursor": None, "modules": [{"lessons": [{"id": "2"}]}], "id": "1"}
        body |= {"access_token": "token", "is_verified": True, "code": server.code}
        content = METRICS.encode() if self.path == "/metrics" else json.dumps(body).encode()
        self.send_response(409 if fails else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = respond  # noqa: N815 - the base class names it so
    do_POST = respond  # noqa: N815 - the same
    do_PUT = respond  # noqa: N815 - the same

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


class FakePlatform(ThreadingHTTPServer):
    requests: list[tuple[str, str]]
    failing: str
    code: str
    delay: float
    """How long each response takes, in seconds."""


@contextmanager
def fake_platform() -> Generator[FakePlatform]:
    server = FakePlatform(("127.0.0.1", 0), Handler)
    server.requests, server.failing, server.code, server.delay = [], "", "", 0.0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def server() -> Iterator[FakePlatform]:
    with fake_platform() as server:
        yield server


def run(server: FakePlatform, folder: Path, *options: str, until: Callable[[], bool]) -> list[dict[str, Any]]:
    """Run Locust until the condition holds; return its results by request."""
    command = [sys.executable, "-m", "locust", "--locustfile", str(LOCUSTFILE), "--headless"]
    command += ["--host", f"http://127.0.0.1:{server.server_port}", "--json-file", str(folder / "run")]
    command += ["--users", str(USERS), "--spawn-rate", str(USERS), "--exit-code-on-error", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as locust:  # noqa: S603 - our own command
        deadline = time.monotonic() + 60
        while not until() and time.monotonic() < deadline:
            time.sleep(0.05)
        locust.terminate()
        _, output = locust.communicate(timeout=60)
    assert until(), output
    assert locust.returncode == 0, output
    return json.loads((folder / "run.json").read_text())


def test_all_users_find_their_pages_and_the_pools_are_observed(
    server: FakePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARY_FILE", str(tmp_path / "summary.json"))
    target = f"localhost:{server.server_port}"
    monkeypatch.setenv("COURSE_METRICS", f"{target},{target}")
    monkeypatch.setenv("PAYMENT_METRICS", "no-such-host.invalid:9101")

    entries = run(server, tmp_path, until=lambda: len(server.requests) > 60 and ("GET", "/metrics") in server.requests)

    assert sum(entry["num_requests"] for entry in entries) > 10
    assert not any(entry["num_failures"] for entry in entries)
    assert all(path.startswith("/api/") for _, path in server.requests if path != "/metrics")
    results = json.loads((tmp_path / "summary.json").read_text())
    assert results["poolSaturation"] == {"course": 0.4}
    assert results["peakConnections"] == {"course": 8}


@pytest.mark.parametrize("processes", [(), ("--processes", "2")], ids=["alone", "with workers"])
def test_percentiles_are_exact(
    server: FakePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SUMMARY_FILE", str(tmp_path / "summary.json"))
    server.delay = 0.204  # Locust's own percentiles say 200

    run(server, tmp_path, "Searcher", *processes, until=lambda: len(server.requests) > 4 * USERS)

    results = json.loads((tmp_path / "summary.json").read_text())
    assert results["requests"] > 2 * USERS
    assert 204 <= results["p50Ms"] <= results["p95Ms"] <= results["p99Ms"]
    assert all(204 <= it["p50Ms"] <= it["p99Ms"] for it in results["operations"].values())
    assert any(it["p99Ms"] == results["p99Ms"] for it in results["operations"].values())


def test_an_error_is_a_failure_and_the_summary_is_that_of_the_run(
    server: FakePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARY_FILE", str(tmp_path / "summary.json"))
    server.failing, server.code = "q=", "something_else"

    entries = run(server, tmp_path, "Searcher", until=lambda: len(server.requests) > 2 * USERS)

    searches = [entry for entry in entries if entry["name"] != "/course/courses"]
    failures = sum(entry["num_failures"] for entry in searches)
    assert failures == sum(entry["num_requests"] for entry in searches) > 0
    results = json.loads((tmp_path / "summary.json").read_text())
    assert results["requests"] == sum(entry["num_requests"] for entry in entries)
    assert results["errors"] == sum(entry["num_failures"] for entry in entries) == failures
    assert results["errorPercent"] == pytest.approx(100 * results["errors"] / results["requests"], abs=0.001)
    slowest = max(entry["max_response_time"] for entry in entries)
    assert 0 <= results["p50Ms"] <= results["p95Ms"] <= results["p99Ms"] <= slowest + 1
    seconds = max(entry["last_request_timestamp"] for entry in entries) - min(entry["start_time"] for entry in entries)
    assert results["rps"] == pytest.approx(results["requests"] / seconds, rel=0.2)
    assert {name: (it["requests"], it["errors"]) for name, it in results["operations"].items()} == {
        f"{entry['method']} {entry['name']}": (entry["num_requests"], entry["num_failures"]) for entry in entries
    }
    assert all(0 <= it["p50Ms"] <= it["p99Ms"] <= slowest + 1 for it in results["operations"].values())


def test_a_course_that_the_account_already_owns_is_no_failure(server: FakePlatform, tmp_path: Path) -> None:
    server.failing, server.code = "/payment/payments", "already_owned"

    entries = run(server, tmp_path, "Student", until=lambda: ("POST", "/api/payment/payments") in server.requests)

    assert not any(entry["num_failures"] for entry in entries)


def test_users_who_cannot_sign_in_send_nothing_else(server: FakePlatform, tmp_path: Path) -> None:
    server.failing, server.code = "/identity/login", "bad_credentials"

    login = ("POST", "/api/identity/login")
    run(server, tmp_path, "Student", "Teacher", until=lambda: server.requests.count(login) == USERS)

    assert {path for _, path in server.requests} == {"/api/course/courses", "/api/identity/login"}
    assert server.requests.count(("GET", "/api/course/courses")) == 1


def test_the_summary_of_a_long_run_fits_into_a_termination_message(tmp_path: Path) -> None:
    names = [(request.method, request.name) for request in all_requests()]
    file = tmp_path / "summary.json"

    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", LONG_RUN],
        input=json.dumps(names),
        env={**os.environ, "SUMMARY_FILE": str(file)},
        text=True,
        check=True,
        timeout=60,
    )

    assert set(json.loads(file.read_text())["operations"]) == {f"{method} {name}" for method, name in names}
    assert file.stat().st_size < TERMINATION_MESSAGE - POOLS


def all_requests() -> list[Request]:
    """Return one of each request that users of all profiles send, sign-in included."""
    courses: list[dict[str, Any]] = [
        {"id": str(number), "title": "Python", "tags": [], "is_free": bool(number)} for number in range(2)
    ]
    session = Session(Catalogue(courses), Student("token", [("1", "2")]), Teacher("token", ["1"], "1"))
    tasks = [task for profile in mix.PROFILES for task in profile.tasks]
    return [
        mix.login(session),
        mix.me(session),
        *(request for task in tasks for request in mix.requests_of(session, task)),
    ]


def test_another_mix_and_services_with_urls_of_their_own(
    server: FakePlatform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for profile in ("STUDENT", "TEACHER"):
        monkeypatch.setenv(f"MIX_{profile}", "0")
    with fake_platform() as course:
        monkeypatch.setenv("COURSE_URL", f"http://127.0.0.1:{course.server_port}")

        run(server, tmp_path, until=lambda: len(course.requests) > 2 * USERS)

    assert server.requests == []
    assert {path.split("/")[2] for _, path in course.requests} == {"course"}


@pytest.mark.parametrize(
    ("size", "teachers", "users"), [("small", 100, 500), ("full", 10_000, 50_000), ("x10", 100_000, 500_000)]
)
def test_accounts_fit_the_size_of_the_data(
    monkeypatch: pytest.MonkeyPatch, size: str, teachers: int, users: int
) -> None:
    monkeypatch.setenv("SEED_SIZE", size)

    teacher_numbers = [int(accounts.teacher()[4:].split("@")[0]) for _ in range(2000)]
    student_numbers = [int(accounts.student()[4:].split("@")[0]) for _ in range(2000)]

    assert max(teacher_numbers) < teachers <= min(student_numbers)
    assert max(student_numbers) < users
