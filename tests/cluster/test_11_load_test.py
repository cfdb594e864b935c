"""The result of a load test is Locust's own."""

import json
import time

from cluster.kube import Object, PlatformUnderTest, eventually
from edu_topology import SERVICES

SETTINGS = {"users": 10, "spawnRate": 10, "duration": "20s", "thresholds": {"p99Ms": 60000, "errorPercent": 100}}
SECONDS = 240
NUMBERS = ("requests", "errors", "rps", "p50Ms", "p95Ms", "p99Ms", "poolSaturation", "peakConnections")


def run(platform: PlatformUnderTest, pool: int = 10, **more: object) -> Object:
    """Return the status of a load test with a pool of this size in the course service."""
    token = f"run-{time.time():.0f}"
    platform.apply(loadTest={**SETTINGS, "runToken": token, **more}, services={"course": {"dbPoolSize": pool}})

    def ended() -> bool:
        found = platform.status.get("loadTest", {})
        return found.get("token") == token and found["state"] != "Running"

    eventually(ended, SECONDS, "the end of the load test")
    return platform.status["loadTest"]


def reported(platform: PlatformUnderTest, job: str) -> Object:
    """Return what the master's pod reported when it ended."""
    pod = platform.kube.items(platform.namespace, "pod", f"batch.kubernetes.io/job-name={job}")[0]
    return json.loads(pod["status"]["containerStatuses"][0]["state"]["terminated"]["message"])


def test_two_pool_sizes_are_compared_by_two_applies(platform: PlatformUnderTest) -> None:
    first = run(platform)
    said = reported(platform, first["job"])
    assert {name: first[name] for name in NUMBERS} == {name: said[name] for name in NUMBERS}
    assert first["state"] == "Succeeded"
    assert platform.condition("LoadTested")["reason"] == "ThresholdsPassed"
    second = run(platform, pool=5, thresholds={"p99Ms": 1})
    assert platform.condition("LoadTested")["reason"] == "ThresholdsExceeded"
    assert sum(it["requests"] for it in first.pop("operations").values()) == first["requests"]
    assert platform.status["loadTestHistory"][0] == first
    assert second["token"] != first["token"]
    compared = [(it["poolSizes"]["course"], it["rps"] > 0, it["p99Ms"] > 0) for it in (first, second)]
    assert compared == [(10, True, True), (5, True, True)]


def test_pools_were_watched_during_the_run(platform: PlatformUnderTest) -> None:
    last = platform.status["loadTest"]
    peaks = {it["name"]: it["peakConnections"] for it in platform.status["services"] if it["name"] in SERVICES}
    assert peaks == last["peakConnections"]
    assert set(peaks) == set(SERVICES)
    assert 1 <= peaks["course"] <= 5
    assert last["poolSaturation"]["course"] == peaks["course"] / 5


def test_a_change_of_the_platform_ends_a_run(platform: PlatformUnderTest) -> None:
    token = f"ended-{time.time():.0f}"
    platform.apply(loadTest={**SETTINGS, "duration": "5m", "runToken": token})
    eventually(lambda: platform.status.get("loadTest", {}).get("token") == token, 120, "the start of the load test")
    users = lambda: platform.series("loadtest_users", "component") == {"loadtest": SETTINGS["users"]}  # noqa: E731
    eventually(users, 120, "the users, as Prometheus sees them")
    platform.apply(loadTest={**SETTINGS, "duration": "5m", "runToken": token}, services={"course": {"dbPoolSize": 11}})
    eventually(lambda: platform.status["loadTest"]["state"] == "Superseded", 120, "the end of the load test")
    pods = f"app.kubernetes.io/instance={platform.name}-loadtest"
    eventually(lambda: not platform.kube.items(platform.namespace, "pod", pods), 120, "no pod that goes on")
