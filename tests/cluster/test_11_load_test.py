"""A load test's result is Locust's own."""

import json
import time

from cluster.kube import PlatformUnderTest, eventually

SETTINGS = {"users": 10, "spawnRate": 10, "duration": "20s", "thresholds": {"p99Ms": 60000, "errorPercent": 100}}
SECONDS = 180
NUMBERS = ("requests", "errors", "rps", "p50Ms", "p95Ms", "p99Ms")


def run(platform: PlatformUnderTest, **more: object) -> dict[str, object]:
    token = f"run-{time.time():.0f}"
    platform.apply(loadTest={**SETTINGS, "runToken": token, **more})

    def ended() -> bool:
        found = platform.status.get("loadTest", {})
        return found.get("token") == token and found["state"] != "Running"

    eventually(ended, SECONDS, "the end of the load test")
    return platform.status["loadTest"]


def reported(platform: PlatformUnderTest, job: str) -> dict[str, object]:
    """What the master's pod wrote at its end."""
    pod = platform.kube.items(platform.namespace, "pod", f"batch.kubernetes.io/job-name={job}")[0]
    return json.loads(pod["status"]["containerStatuses"][0]["state"]["terminated"]["message"])


def test_status_equals_locust_s_summary_and_the_one_before_is_in_the_history(platform: PlatformUnderTest) -> None:
    first = run(platform)
    said = reported(platform, str(first["job"]))
    assert {name: first[name] for name in NUMBERS} == {name: said[name] for name in NUMBERS}
    assert first["state"] == "Succeeded"
    assert platform.condition("LoadTested")["reason"] == "ThresholdsPassed"
    second = run(platform, thresholds={"p99Ms": 1})
    assert platform.condition("LoadTested")["reason"] == "ThresholdsExceeded"
    assert platform.status["loadTestHistory"][0] == first
    assert second["token"] != first["token"]


def test_a_change_of_the_platform_ends_a_run(platform: PlatformUnderTest) -> None:
    token = f"ended-{time.time():.0f}"
    platform.apply(loadTest={**SETTINGS, "duration": "5m", "runToken": token})
    eventually(lambda: platform.status.get("loadTest", {}).get("token") == token, 60, "the start of the load test")
    platform.apply(loadTest={**SETTINGS, "duration": "5m", "runToken": token}, services={"course": {"dbPoolSize": 11}})
    eventually(lambda: platform.status["loadTest"]["state"] == "Superseded", 60, "the end of the load test")
