"""After a restart of the node the platform recovers without intervention."""

from cluster.kube import Kube, PlatformUnderTest, Refused, eventually, run

SECONDS = 420


def test_the_platform_comes_back(kube: Kube, platform: PlatformUnderTest) -> None:
    rows = platform.rows()
    run("docker", "restart", f"{kube.cluster}-control-plane")

    def is_back() -> bool:
        try:
            return platform.settled() is not None and platform.sign_in()
        except (Refused, AssertionError):
            return False

    eventually(is_back, SECONDS, "the platform Ready, with users who can sign in")
    assert platform.rows() == rows
