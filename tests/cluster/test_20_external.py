"""Beyond the numbered promises: databases that are somebody else's, and a platform that is left alone."""

import base64

from cluster.kube import ALONE, SERVICES, PlatformUnderTest, eventually

SECONDS = 120


def test_a_platform_of_external_databases_is_ready(platform: PlatformUnderTest, second: PlatformUnderTest) -> None:
    for name in SERVICES:
        secret = platform.child("secret", f"postgres-{name}")
        assert secret
        url = base64.b64decode(secret["data"]["url"]).decode()
        host = f"{platform.name}-postgres-{name}"
        content = {"url": url.replace(host, f"{host}.{platform.namespace}")}
        meta = {"name": f"their-{name}", "namespace": second.namespace}
        second.kube.apply({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": content})
    external = {name: {"secretRef": {"name": f"their-{name}"}} for name in SERVICES}
    second.apply(**ALONE, postgres={"provider": "external", "external": external})
    second.wait_ready()
    assert second.children("statefulset,pvc") == []
    assert second.sign_in()


def test_a_suspended_platform_is_looked_at_and_left_alone(platform: PlatformUnderTest) -> None:
    before = platform.written()
    platform.apply(suspended=True, services={"course": {"dbPoolSize": 15}})
    eventually(lambda: platform.status.get("phase") == "Suspended", SECONDS, "the phase Suspended")
    assert platform.written() == before
    platform.apply()
    platform.wait_ready()
