"""With Retain, data outlive the platform, and deletion does not need the operator."""

from cluster.kube import Kube, PlatformUnderTest, eventually

SECONDS = 30
LABEL = "eduplatform.dev/name"


def kept(kube: Kube, platform: PlatformUnderTest, kind: str) -> int:
    return len(kube.items(platform.namespace, kind, f"{LABEL}={platform.name}"))


def test_it_goes_at_once_and_is_as_it_was_when_made_again(kube: Kube, platform: PlatformUnderTest) -> None:
    rows = platform.rows()
    kube.scale_operator(0)
    try:
        kube.kubectl(
            "delete", "eduplatform", "-n", platform.namespace, platform.name, f"--timeout={SECONDS}s", "--wait=true"
        )
        eventually(lambda: not platform.children("deployment,statefulset,service"), 60, "the children to go")
        eventually(lambda: kept(kube, platform, "secret") == 5, SECONDS, "five Secrets, and no other")
        assert kept(kube, platform, "pvc") == 5
    finally:
        kube.scale_operator(1)
    platform.apply()
    platform.wait_ready()
    assert platform.rows() == rows
    assert platform.sign_in()
    assert platform.status["seed"]["state"] == "AlreadySeeded"
