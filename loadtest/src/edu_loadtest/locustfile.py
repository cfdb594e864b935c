"""Users of the platform's public origin: students, searchers and teachers in the ratio 7 : 2 : 1.

`locust --locustfile locustfile.py --host http://127.0.0.1:3001`, on a platform with demonstration data of the size
that SEED_SIZE names. What they ask is in mix.py. An answer that is an error is a failure, unless the user could not
have known better (two users may share an account, and one of them bought the course just before).

MIX_STUDENT, MIX_SEARCH and MIX_TEACHER set other ratios. COURSE_URL and its like name services to ask directly,
COURSE_METRICS and its like where to watch their connection pools. METRICS_PORT is where Prometheus finds what the
users see. SUMMARY_FILE takes the run's figures as JSON, small enough for a pod's termination message.
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

from edu_loadtest import accounts, metrics, mix
from edu_loadtest.catalogue import Catalogue, read_catalogue
from edu_loadtest.mix import Operation, Profile, Visit
from edu_loadtest.people import CannotSignIn, student_signs_in, teacher_signs_in
from edu_loadtest.pools import Pools
from edu_loadtest.request import Conversation, Request, ResultT, address, converse

CATALOGUE_SIZE = 1_000

metrics.install()
pools = Pools.named_by()


@cast("Any", events.test_start).add_listener  # Locust's annotations are partial
def watch_pools(environment: Environment, **_: Any) -> None:
    if not isinstance(environment.runner, WorkerRunner):
        gevent.spawn(pools.watch)


@cast("Any", events.quitting).add_listener  # Locust's annotations are partial
def write_summary(environment: Environment, **_: Any) -> None:
    """Leave the figures of the whole run, which only the master has, or a process that works alone."""
    file = os.environ.get("SUMMARY_FILE")
    if file and not isinstance(environment.runner, WorkerRunner):
        Path(file).write_text(json.dumps(summary(environment), separators=(",", ":")))


def summary(environment: Environment) -> dict[str, Any]:
    total, entries = environment.stats.total, environment.stats.entries.values()
    percentiles = {f"p{percent}Ms": total.get_response_time_percentile(percent / 100) for percent in (50, 95, 99)}
    return {
        "requests": total.num_requests,
        "rps": round(total.total_rps, 2),
        **percentiles,
        "errors": total.num_failures,
        "errorPercent": round(total.fail_ratio * 100, 3),
        "poolSaturation": pools.saturation,
        "peakConnections": pools.connections,
        "operations": {f"{entry.method} {entry.name}": _operation(entry) for entry in entries},
    }


def _operation(entry: StatsEntry) -> dict[str, float]:
    return {
        "requests": entry.num_requests,
        "errors": entry.num_failures,
        "p50Ms": entry.get_response_time_percentile(0.5),
        "p99Ms": entry.get_response_time_percentile(0.99),
    }


class PlatformUser(FastHttpUser):
    """What all users do: come with something in mind, and ask one thing after the other."""

    abstract = True
    catalogue: ClassVar[Catalogue | None] = None
    reading: ClassVar = BoundedSemaphore()
    visit: Callable[[], Visit]

    def on_start(self) -> None:
        """The first one to come reads the catalogue for all."""
        with PlatformUser.reading:
            known = PlatformUser.catalogue or self.hold(read_catalogue(CATALOGUE_SIZE))
            if not known.courses:
                raise StopUser
            PlatformUser.catalogue = known
        self.come(known)

    def come(self, catalogue: Catalogue) -> None:
        raise NotImplementedError

    def hold(self, conversation: Conversation[ResultT]) -> ResultT:
        try:
            return converse(conversation, self.ask)
        except CannotSignIn as error:
            raise StopUser from error

    def ask(self, request: Request) -> Any:
        """The JSON of the answer; None after a failure, or after an error whose code the request lets pass."""
        client = cast("Any", self.client)  # Locust's annotations are partial
        with client.request(
            request.method,
            address(request.path),
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
            if code in request.passing:
                response.success()
            else:
                response.failure(f"{response.status_code} {code}")
            return None


def _headers(request: Request) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {request.token}"} if request.token else {}
    return headers | {"Idempotency-Key": str(uuid.uuid4())} if request.method == "POST" else headers


def _json(text: str | None) -> Any:
    """None for an answer without a body, or with one that is no JSON."""
    try:
        return json.loads(text) if text else None
    except json.JSONDecodeError:
        return None


Task: TypeAlias = Callable[[PlatformUser], None]


def _tasks(profile: Profile) -> list[Any]:
    """Each as often as its weight says."""
    return [task for operations, often in profile.tasks.items() for task in [_task(operations)] * often]


def _task(operations: Sequence[Operation]) -> Task:
    def run(user: PlatformUser) -> None:
        for request in mix.requests_of(user.visit(), operations):
            user.ask(request)

    return run


class Student(PlatformUser):
    weight = mix.STUDENT.usual
    wait_time = between(*mix.STUDENT.pause)
    tasks = _tasks(mix.STUDENT)

    def come(self, catalogue: Catalogue) -> None:
        student = self.hold(student_signs_in(accounts.student()))
        self.visit = lambda: Visit(catalogue, student=student)


class Searcher(PlatformUser):
    weight = mix.SEARCHER.usual
    wait_time = between(*mix.SEARCHER.pause)
    tasks = _tasks(mix.SEARCHER)

    def come(self, catalogue: Catalogue) -> None:
        self.visit = lambda: Visit(catalogue)


class Teacher(PlatformUser):
    weight = mix.TEACHER.usual
    wait_time = between(*mix.TEACHER.pause)
    tasks = _tasks(mix.TEACHER)

    def come(self, catalogue: Catalogue) -> None:
        teacher = self.hold(teacher_signs_in(accounts.teacher()))
        self.visit = lambda: Visit(catalogue, teacher=teacher)
