"""The operator may die at any moment."""

import time
from collections.abc import Callable

from cluster.kube import SERVICES, Kube, PlatformUnderTest, eventually

SECONDS = 600


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
    second.apply()
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
