"""A change of a pool's size rolls only its service, without failed requests."""

from cluster.kube import PlatformUnderTest
from edu_topology import SERVICES

MANY = 50


def uids(platform: PlatformUnderTest) -> dict[str, set[str]]:
    return {name: {pod["metadata"]["uid"] for pod in platform.pods(name)} for name in SERVICES}


def test_only_the_service_rolls_and_no_request_fails(platform: PlatformUnderTest) -> None:
    before = uids(platform)
    with platform.visited("course", "/api/course/courses?limit=1") as counts:
        platform.apply(services={"course": {"dbPoolSize": 12}})
        platform.wait_ready()
    after = uids(platform)
    assert [name for name in SERVICES if before[name] != after[name]] == ["course"]
    assert counts["failed"] == 0
    assert counts["ok"] > MANY
    config = platform.child("configmap", "course")
    assert config
    assert config["data"]["DB_POOL_SIZE"] == "12"
    assert platform.status["services"][1]["poolSize"] == 12
