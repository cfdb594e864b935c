"""Users of the platform's public origin: students, searchers and teachers in the ratio 7 : 2 : 1.

`locust --locustfile locustfile.py --host http://127.0.0.1:3001`, on a platform with demonstration data of the size that
SEED_SIZE names. The requests are in mix.py. An error response is a failure, unless the user could not have avoided it
(two users may share an account, and one of them may have just bought the course).

MIX_STUDENT, MIX_SEARCH and MIX_TEACHER set other ratios. COURSE_URL and so on are services to send requests to
directly, COURSE_METRICS and so on the scrape targets whose connection pools are observed. METRICS_PORT exports the
users' metrics to Prometheus. SUMMARY_FILE receives the run's results as JSON, small enough for a pod's termination
message.
"""

import json
import os
import uuid
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar, TypeAlias, cast

import gevent
from gevent.lock import BoundedSemaphore
from locust import FastHttpUser, between, events
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import WorkerRunner
from locust.stats import StatsEntry

from edu_loadtest import accounts, metrics, mix, response_times
from edu_loadtest.catalogue import Catalogue, read_catalogue
from edu_loadtest.mix import Operation, Profile, Session
from edu_loadtest.pools import PoolPeaks
from edu_loadtest.request import Conversation, Request, ResultT, converse, url
from edu_loadtest.users import SignInFailed, sign_in_student, sign_in_teacher

CATALOGUE_SIZE = 1_000

metrics.install()
pools = PoolPeaks.from_environment()
times = response_times.collect()


@cast("Any", events.test_start).add_listener  # Locust's annotations are partial
def watch_pools(environment: Environment, **_: Any) -> None:
    if not isinstance(environment.runner, WorkerRunner):
        gevent.spawn(pools.watch)


@cast("Any", events.quitting).add_listener  # Locust's annotations are partial
def write_summary(environment: Environment, **_: Any) -> None:
    """Write the results of the whole run, which only the master or a standalone process has.

    Users still run when a signal ends Locust, so stop them first. `quit`, the later event, comes too late: writing
    --json-file has emptied the statistics.
    """
    file = os.environ.get("SUMMARY_FILE")
    if file and not isinstance(environment.runner, WorkerRunner):
        if environment.runner:
            environment.runner.stop()
        Path(file).write_text(json.dumps(summary(environment), separators=(",", ":")))


def summary(environment: Environment) -> dict[str, Any]:
    """Return the results of the run; the operator publishes them as status.loadTest."""
    total = environment.stats.total
    operations = {f"{entry.method} {entry.name}": entry for entry in environment.stats.entries.values()}
    percentiles = {f"p{percent}Ms": times.percentile(percent) for percent in (50, 95, 99)}
    return {
        "requests": total.num_requests,
        "rps": round(total.total_rps, 2),
        **percentiles,
        "errors": total.num_failures,
        "errorPercent": round(total.fail_ratio * 100, 3),
        "poolSaturation": pools.saturation,
        "peakConnections": pools.connections,
        "operations": {name: _operation(name, entry) for name, entry in operations.items()},
    }


def _operation(name: str, entry: StatsEntry) -> dict[str, float]:
    return {
        "requests": entry.num_requests,
        "errors": entry.num_failures,
        "p50Ms": times.percentile(50, name),
        "p99Ms": times.percentile(99, name),
    }


class PlatformUser(FastHttpUser):
    """A user that runs one task after the other, each in a new session."""

    abstract = True
    catalogue: ClassVar[Catalogue | None] = None
    reading: ClassVar = BoundedSemaphore()
    new_session: Callable[[], Session]

    def on_start(self) -> None:
        """Read the catalogue, which the first user does for all, and sign in."""
        with PlatformUser.reading:
            known = PlatformUser.catalogue or self.converse(read_catalogue(CATALOGUE_SIZE))
            if not known.courses:
                raise StopUser
            PlatformUser.catalogue = known
        self.sign_in(known)

    def sign_in(self, catalogue: Catalogue) -> None:
        raise NotImplementedError

    def converse(self, conversation: Conversation[ResultT]) -> ResultT:
        try:
            return converse(conversation, self.send)
        except SignInFailed as error:
            raise StopUser from error

    def send(self, request: Request) -> Any:
        """Send a request; return the JSON of the response, None after an error."""
        client = cast("Any", self.client)  # Locust's annotations are partial
        with client.request(
            request.method,
            url(request.path),
            name=request.name,
            headers=_headers(request),
            json=request.body,
            catch_response=True,
        ) as response:
            content = _json(response.text)
            if HTTPStatus.OK <= response.status_code < HTTPStatus.BAD_REQUEST:
                response.success()
                return content
            code = content.get("code") if content else response.error
            if code in request.tolerated:
                response.success()
            else:
                response.failure(f"{response.status_code} {code}")
            return None


def _headers(request: Request) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {request.token}"} if request.token else {}
    return headers | {"Idempotency-Key": str(uuid.uuid4())} if request.method == "POST" else headers


def _json(text: str | None) -> Any:
    """Parse a body; None when there is none, or when it is not JSON."""
    try:
        return json.loads(text) if text else None
    except json.JSONDecodeError:
        return None


Task: TypeAlias = Callable[[PlatformUser], None]


def _tasks(profile: Profile) -> list[Any]:
    """Return each task as often as its weight says."""
    return [task for operations, weight in profile.tasks.items() for task in [_task(operations)] * weight]


def _task(operations: Sequence[Operation]) -> Task:
    def run(user: PlatformUser) -> None:
        for request in mix.requests_of(user.new_session(), operations):
            user.send(request)

    return run


class Student(PlatformUser):
    weight = mix.STUDENT.effective_weight
    wait_time = between(*mix.STUDENT.pause)
    tasks = _tasks(mix.STUDENT)

    def sign_in(self, catalogue: Catalogue) -> None:
        student = self.converse(sign_in_student(accounts.student()))
        self.new_session = lambda: Session(catalogue, student=student)


class Searcher(PlatformUser):
    weight = mix.SEARCHER.effective_weight
    wait_time = between(*mix.SEARCHER.pause)
    tasks = _tasks(mix.SEARCHER)

    def sign_in(self, catalogue: Catalogue) -> None:
        self.new_session = lambda: Session(catalogue)


class Teacher(PlatformUser):
    weight = mix.TEACHER.effective_weight
    wait_time = between(*mix.TEACHER.pause)
    tasks = _tasks(mix.TEACHER)

    def sign_in(self, catalogue: Catalogue) -> None:
        teacher = self.converse(sign_in_teacher(accounts.teacher()))
        self.new_session = lambda: Session(catalogue, teacher=teacher)
