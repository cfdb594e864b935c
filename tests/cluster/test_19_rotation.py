"""Beyond the numbered promises: a new password for every database, and a password that is lost."""

import base64
import time

from cluster.kube import SERVICES, Kube, PlatformUnderTest, eventually

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
