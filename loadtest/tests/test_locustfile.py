"""The load test against a small real server: what it asks, and what it counts as a failure."""

import csv
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from edu_loadtest import accounts, mix
from edu_loadtest.catalogue import Catalogue
from edu_loadtest.mix import Visit
from edu_loadtest.people import Student, Teacher
from edu_loadtest.request import Request

LOCUSTFILE = Path(accounts.__file__).with_name("locustfile.py")  # importing it would patch this process

LONG_RUN = """
import json
from locust.env import Environment
from edu_loadtest import locustfile

environment = Environment()
for method, name in json.loads(input()):
    environment.stats.log_request(method, name, 59_999, 0)
    entry = environment.stats.get(name, method)
    entry.num_requests, entry.num_failures = 10_000_000, 1_000_000
locustfile.write_summary(environment)
"""
TERMINATION_MESSAGE = 4096
"""Bytes that Kubernetes keeps of one."""
POOLS = 400
"""Bytes that the figures of five services' pools take."""

METRICS = """\
# TYPE db_pool_peak_in_use gauge
db_pool_peak_in_use{service="course"} 4.0
# TYPE db_pool_size gauge
db_pool_size{service="course"} 10.0
# TYPE http_requests_total counter
http_requests_total{service="course"} 7.0
"""


class Stub(BaseHTTPRequestHandler):
    """Answers every path with one list; fails the paths that the server's `broken` names."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        server: StubServer = self.server  # pyright: ignore[reportAssignmentType] - made by StubServer only
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server.asked.append((self.command, self.path.split("?")[0]))
        broken = bool(server.broken) and server.broken in self.path
        course = {"id": "1", "title": "Python for all", "tags": ["python"], "is_free": False}
        item = {**course, "course_id": "1", "status": "enrolled"}
        body = {"items": [item], "next_cursor": None, "modules": [{"lessons": [{"id": "2"}]}], "id": "1"}
        body |= {"access_token": "token", "is_verified": True, "code": server.code}
        content = METRICS.encode() if self.path == "/metrics" else json.dumps(body).encode()
        self.send_response(409 if broken else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = answer  # noqa: N815 - the base class names it so
    do_POST = answer  # noqa: N815 - the same
    do_PUT = answer  # noqa: N815 - the same

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


class StubServer(ThreadingHTTPServer):
    asked: list[tuple[str, str]]
    broken: str
    code: str


@pytest.fixture
def server() -> Iterator[StubServer]:
    server = StubServer(("127.0.0.1", 0), Stub)
    server.asked, server.broken, server.code = [], "", ""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def run(server: StubServer, folder: Path, *classes: str) -> dict[str, dict[str, str]]:
    """Run Locust for some seconds; its rows of figures by request name."""
    command = [sys.executable, "-m", "locust", "--locustfile", str(LOCUSTFILE), "--headless"]
    command += ["--host", f"http://127.0.0.1:{server.server_port}", "--csv", str(folder / "run")]
    command += ["--users", "8", "--spawn-rate", "8", "--run-time", "8s", "--exit-code-on-error", "0", *classes]
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    with (folder / "run_stats.csv").open(newline="") as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def test_all_kinds_of_users_find_their_pages(server: StubServer, tmp_path: Path) -> None:
    rows = run(server, tmp_path)

    assert int(rows["Aggregated"]["Request Count"]) > 10
    assert rows["Aggregated"]["Failure Count"] == "0"
    assert all(path.startswith("/api/") for _, path in server.asked)


def test_an_error_is_a_failure(server: StubServer, tmp_path: Path) -> None:
    server.broken, server.code = "q=", "something_else"

    rows = run(server, tmp_path, "Searcher")

    searches = [row for name, row in rows.items() if name not in ("Aggregated", "/course/courses")]
    assert sum(int(row["Failure Count"]) for row in searches) == sum(int(row["Request Count"]) for row in searches) > 0
    assert rows["Aggregated"]["Failure Count"] == str(sum(int(row["Failure Count"]) for row in searches))


def test_a_purchase_that_a_twin_made_before_is_none(server: StubServer, tmp_path: Path) -> None:
    server.broken, server.code = "/payment/payments", "already_owned"

    rows = run(server, tmp_path, "Student")

    assert rows["Aggregated"]["Failure Count"] == "0"


def test_users_who_cannot_sign_in_ask_nothing_more(server: StubServer, tmp_path: Path) -> None:
    server.broken, server.code = "/identity/login", "bad_credentials"

    run(server, tmp_path, "Student", "Teacher")

    assert {path for _, path in server.asked} == {"/api/course/courses", "/api/identity/login"}
    assert server.asked.count(("GET", "/api/course/courses")) == 1


def test_the_summary_is_that_of_the_run(server: StubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARY_FILE", str(tmp_path / "summary.json"))
    server.broken, server.code = "q=", "something_else"

    run(server, tmp_path, "--json-file", str(tmp_path / "final"))

    figures = json.loads((tmp_path / "summary.json").read_text())
    entries = json.loads((tmp_path / "final.json").read_text())
    assert figures["requests"] == sum(entry["num_requests"] for entry in entries)
    assert figures["errors"] == sum(entry["num_failures"] for entry in entries) > 0
    assert figures["errorPercent"] == pytest.approx(100 * figures["errors"] / figures["requests"], abs=0.001)
    slowest = max(entry["max_response_time"] for entry in entries)
    assert 0 <= figures["p50Ms"] <= figures["p95Ms"] <= figures["p99Ms"] <= slowest + 1
    seconds = max(entry["last_request_timestamp"] for entry in entries) - min(entry["start_time"] for entry in entries)
    assert figures["rps"] == pytest.approx(figures["requests"] / seconds, rel=0.2)
    assert {name: (it["requests"], it["errors"]) for name, it in figures["operations"].items()} == {
        f"{entry['method']} {entry['name']}": (entry["num_requests"], entry["num_failures"]) for entry in entries
    }
    assert all(0 <= it["p50Ms"] <= it["p99Ms"] <= slowest + 1 for it in figures["operations"].values())


def test_the_summary_of_a_long_run_fits_into_a_termination_message(tmp_path: Path) -> None:
    asked = [(request.method, request.name) for request in everything_asked()]
    file = tmp_path / "summary.json"

    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", LONG_RUN],
        input=json.dumps(asked),
        env={**os.environ, "SUMMARY_FILE": str(file)},
        text=True,
        check=True,
        timeout=60,
    )

    assert set(json.loads(file.read_text())["operations"]) == {f"{method} {name}" for method, name in asked}
    assert file.stat().st_size < TERMINATION_MESSAGE - POOLS


def everything_asked() -> list[Request]:
    """One of each request that the users of all profiles send, and those by which they come."""
    courses: list[dict[str, Any]] = [
        {"id": str(number), "title": "Python", "tags": [], "is_free": bool(number)} for number in range(2)
    ]
    visit = Visit(Catalogue(courses), Student("token", [("1", "2")]), Teacher("token", ["1"], "1"))
    tasks = [task for profile in mix.PROFILES for task in profile.tasks]
    return [mix.login(visit), mix.me(visit), *(request for task in tasks for request in mix.requests_of(visit, task))]


def test_another_mix_and_services_asked_directly(
    server: StubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("STUDENT", "TEACHER"):
        monkeypatch.setenv(f"MIX_{kind}", "0")
    direct = StubServer(("127.0.0.1", 0), Stub)
    direct.asked, direct.broken, direct.code = [], "", ""
    threading.Thread(target=direct.serve_forever, daemon=True).start()
    monkeypatch.setenv("COURSE_URL", f"http://127.0.0.1:{direct.server_port}")

    run(server, tmp_path)

    direct.shutdown()
    direct.server_close()
    assert server.asked == []
    assert {path.split("/")[2] for _, path in direct.asked} == {"course"}


def test_the_summary_has_the_peaks_of_the_pools(
    server: StubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUMMARY_FILE", str(tmp_path / "summary.json"))
    address = f"localhost:{server.server_port}"
    monkeypatch.setenv("COURSE_METRICS", f"{address},{address}")
    monkeypatch.setenv("PAYMENT_METRICS", "no-such-host.invalid:9101")

    run(server, tmp_path)

    figures = json.loads((tmp_path / "summary.json").read_text())
    assert figures["poolSaturation"] == {"course": 0.4}
    assert figures["peakConnections"] == {"course": 8}


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
