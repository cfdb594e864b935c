"""Beyond the numbered promises: a new password for every database, and a lost password."""

import base64
import json
import time

from cluster.kube import Kube, PlatformUnderTest, eventually
from edu_topology import SERVICES

SECONDS = 240


def password(platform: PlatformUnderTest, service: str) -> str:
    secret = platform.child("secret", f"postgres-{service}")
    assert secret
    return base64.b64decode(secret["data"]["password"]).decode()


def test_a_new_token_gives_every_database_a_new_password(platform: PlatformUnderTest) -> None:
    before = {name: password(platform, name) for name in SERVICES}
    pods = {pod["metadata"]["uid"] for pod in platform.pods("course")}
    platform.apply(postgres={"passwordRotationToken": f"rotated-{time.time():.0f}"})
    eventually(lambda: all(password(platform, name) != before[name] for name in SERVICES), SECONDS, "new passwords")
    eventually(
        lambda: not pods & {pod["metadata"]["uid"] for pod in platform.pods("course")}, SECONDS, "pods that know them"
    )
    platform.wait_ready()
    assert platform.sign_in()


def service_keys(platform: PlatformUnderTest, name: str) -> str:
    secret = platform.child("secret", "platform")
    assert secret
    return base64.b64decode(secret["data"].get(name, "")).decode()


def until_rolled(platform: PlatformUnderTest, pods: set[str]) -> None:
    """Wait until none of these pods of any service is left, and the platform is ready."""
    left = lambda: pods & {pod["metadata"]["uid"] for name in SERVICES for pod in platform.pods(name)}  # noqa: E731
    eventually(lambda: not left(), SECONDS, "pods that know the keys")
    platform.wait_ready()


def all_pods(platform: PlatformUnderTest) -> set[str]:
    return {pod["metadata"]["uid"] for name in SERVICES for pod in platform.pods(name)}


def test_a_new_token_lets_each_service_sign_with_its_next_key(platform: PlatformUnderTest) -> None:
    before, pods = service_keys(platform, "course.jwk"), all_pods(platform)
    platform.apply(serviceKeys={"rotationToken": f"rotated-{time.time():.0f}"})
    eventually(lambda: service_keys(platform, "course.jwk") != before, SECONDS, "new keys")
    assert json.loads(before)["kid"] in service_keys(platform, "service-keys.json")
    until_rolled(platform, pods)
    assert platform.sign_in()


def test_a_platform_of_an_earlier_release_gets_keys(kube: Kube, platform: PlatformUnderTest) -> None:
    """Its Secret has only the shared secret and the signing key."""
    secret = platform.child("secret", "platform")
    assert secret
    pods = all_pods(platform)
    lacking = {name: None for name in secret["data"] if name not in ("secret", "jwt.pem")}
    name = f"{platform.name}-platform"
    kube.kubectl("patch", "secret", "-n", platform.namespace, name, "--type=merge", "-p", json.dumps({"data": lacking}))
    eventually(lambda: service_keys(platform, "course.jwk"), SECONDS, "keys made")
    until_rolled(platform, pods)
    assert platform.sign_in()
    after = platform.child("secret", "platform")
    assert after
    assert after["data"]["jwt.pem"] == secret["data"]["jwt.pem"]


def test_a_lost_password_is_told_and_never_replaced(kube: Kube, platform: PlatformUnderTest) -> None:
    name = "postgres-payment"
    secret = platform.child("secret", name)
    assert secret
    for field in ("uid", "resourceVersion", "creationTimestamp"):
        del secret["metadata"][field]
    kube.kubectl("delete", "secret", "-n", platform.namespace, f"{platform.name}-{name}")
    try:
        lost = lambda: platform.condition("DatabasesReady").get("reason") == "CredentialsLost"  # noqa: E731
        eventually(lost, SECONDS, "the loss told")
        assert platform.child("secret", name) is None
    finally:
        kube.apply(secret)
    platform.wait_ready()
