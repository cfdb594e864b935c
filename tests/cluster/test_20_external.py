"""Beyond the numbered promises: external databases and an external Redis, and a paused platform."""

import base64

from cluster.kube import ALONE, PlatformUnderTest, eventually
from edu_topology import SERVICES

SECONDS = 120


def address(platform: PlatformUnderTest, part: str) -> str:
    """Return the DSN of a database or of Redis, as another namespace can use it."""
    secret = platform.child("secret", part)
    assert secret
    host = f"{platform.name}-{part}"
    return base64.b64decode(secret["data"]["url"]).decode().replace(host, f"{host}.{platform.namespace}")


def write(platform: PlatformUnderTest, name: str, url: str) -> None:
    meta = {"name": name, "namespace": platform.namespace}
    platform.kube.apply({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": {"url": url}})


def uids(platform: PlatformUnderTest, part: str) -> set[str]:
    return {pod["metadata"]["uid"] for pod in platform.pods(part)}


def test_a_platform_of_external_databases_and_redis(platform: PlatformUnderTest, second: PlatformUnderTest) -> None:
    for name in SERVICES:
        write(second, f"their-{name}", address(platform, f"postgres-{name}"))
    external = {name: {"secretRef": {"name": f"their-{name}"}} for name in SERVICES}
    redis = {"provider": "external", "secretRef": {"name": "their-redis"}}
    second.apply(**ALONE, postgres={"provider": "external", "external": external}, redis=redis)
    missing = lambda: "their-redis" in second.condition("Degraded").get("message", "")  # noqa: E731
    eventually(missing, SECONDS, "that there is no such Secret")
    write(second, "their-redis", address(platform, "redis"))
    second.wait_ready()
    assert second.children("statefulset,pvc") == []
    assert second.sign_in()
    before = uids(second, "course")
    write(second, "their-redis", f"{address(platform, 'redis')}?socket_timeout=5")
    eventually(lambda: not before & uids(second, "course"), SECONDS, "pods that know the new address")


def test_a_lost_secret_of_redis_is_made_anew_for_all(platform: PlatformUnderTest) -> None:
    lost, before = address(platform, "redis"), {part: uids(platform, part) for part in ("redis", "course")}
    platform.kube.kubectl("delete", "secret", "-n", platform.namespace, f"{platform.name}-redis")
    for part, old in before.items():
        eventually(lambda it=(part, old): not it[1] & uids(platform, it[0]), SECONDS, f"other pods of {part}")
    platform.wait_ready()
    assert address(platform, "redis") != lost
    assert platform.python("course", ASK_REDIS).strip() == "True"


ASK_REDIS = "import os, redis; print(redis.Redis.from_url(os.environ['REDIS_URL']).ping())"


def test_a_suspended_platform_is_looked_at_and_left_alone(platform: PlatformUnderTest) -> None:
    before = platform.written()
    platform.apply(suspended=True, services={"course": {"dbPoolSize": 15}})
    eventually(lambda: platform.status.get("phase") == "Suspended", SECONDS, "the phase Suspended")
    assert platform.written() == before
    platform.apply()
    platform.wait_ready()
