"""Watches survive an API server that does not respond for a while."""

import time

from cluster.kube import Kube, PlatformUnderTest, Refused, eventually, run

PAUSED_SECONDS = 120
SEEN_SECONDS = 90
ANSWER_SECONDS = 60


def on_node(kube: Kube, *command: str) -> None:
    run("docker", "exec", f"{kube.cluster}-control-plane", *command)


def test_an_edit_after_a_pause_is_seen(kube: Kube, platform: PlatformUnderTest) -> None:
    """The kubelet is stopped too, since it would restart the API server."""
    on_node(kube, "systemctl", "stop", "kubelet")
    on_node(kube, "pkill", "-STOP", "kube-apiserver")
    time.sleep(PAUSED_SECONDS)
    on_node(kube, "pkill", "-CONT", "kube-apiserver")
    on_node(kube, "systemctl", "start", "kubelet")
    size = 13

    def is_edited() -> bool:
        try:
            platform.apply(services={"payment": {"dbPoolSize": size}})
        except Refused:
            return False
        return True

    eventually(is_edited, ANSWER_SECONDS, "an API server that takes an edit")
    eventually(lambda: platform.status["services"][3]["poolSize"] == size, SEEN_SECONDS, "the edit seen")
