"""The operator may die at any moment."""

import time
from collections.abc import Callable

from cluster.kube import ALONE, Kube, PlatformUnderTest, eventually
from edu_topology import SERVICES

SECONDS = 600
LOAD_SECONDS = 180
DELIVERY_SECONDS = 60
LIGHT = {**ALONE, "seed": {"enabled": True}}


def stages(platform: PlatformUnderTest) -> dict[str, Callable[[], object]]:
    return {
        "secrets": lambda: platform.children("secret"),
        "databases": lambda: platform.children("statefulset"),
        "migrations": lambda: platform.children("job"),
        "services": lambda: platform.children("deployment"),
        "seed": lambda: platform.jobs("seed"),
    }


def test_it_converges_and_no_job_runs_twice(kube: Kube, second: PlatformUnderTest) -> None:
    deadline = time.monotonic() + SECONDS
    second.apply(**LIGHT)
    for stage, reached in stages(second).items():
        eventually(reached, deadline - time.monotonic(), stage)
        kube.kill_operator()
    second.wait_ready(deadline - time.monotonic())
    rows = second.rows()
    kube.kill_operator()
    second.wait_ready()
    assert second.rows() == rows
    assert {part: len(second.jobs(part)) for part in ("seed", *SERVICES)} == dict.fromkeys(("seed", *SERVICES), 1)
    ended = [job["status"] for job in second.children("job")]
    assert [(status["succeeded"], status.get("failed", 0)) for status in ended] == [(1, 0)] * 6
    _kill_during_a_load_test(kube, second)
    eventually(lambda: second.undelivered() == 0, DELIVERY_SECONDS, "the delivery of every event")
    assert "✗" not in second.audit()


def _kill_during_a_load_test(kube: Kube, second: PlatformUnderTest) -> None:
    settings = {"users": 5, "spawnRate": 5, "duration": "20s", "runToken": "killed"}
    second.apply(**LIGHT, loadTest=settings)
    eventually(lambda: second.jobs("loadtest"), LOAD_SECONDS, "the load test")
    kube.kill_operator()
    eventually(lambda: second.status["loadTest"].get("rps"), LOAD_SECONDS, "the result of the load test")
    assert len(second.jobs("loadtest")) == 1
