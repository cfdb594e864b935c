"""The seed Job runs once per token."""

import time

from cluster.kube import Kube, PlatformUnderTest, eventually

LOOK_SECONDS = 15


def seed(token: str = "") -> dict[str, object]:
    return {"enabled": True, "size": "small", "runToken": token}


def test_a_finished_job_that_is_deleted_does_not_run_again(kube: Kube, platform: PlatformUnderTest) -> None:
    kube.kubectl("delete", "job", "-n", platform.namespace, *platform.jobs("seed"))
    kube.kill_operator()
    time.sleep(LOOK_SECONDS)
    assert platform.jobs("seed") == []
    assert platform.condition("Seeded")["status"] == "True"


def test_a_new_token_runs_exactly_one(platform: PlatformUnderTest) -> None:
    token = f"again-{time.time():.0f}"
    rows = platform.rows()
    platform.apply(seed=seed(token))
    eventually(lambda: platform.status["seed"].get("token") == token, 60, "the token")
    platform.wait_ready()
    assert len(platform.jobs("seed")) == 1
    assert platform.status["seed"]["state"] == "AlreadySeeded"
    assert platform.rows() == rows
