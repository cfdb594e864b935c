"""With autoscaling, the autoscaler sets the number of pods."""

import time

from cluster.kube import Kube, PlatformUnderTest, eventually

AUTOSCALED = {"course": {"autoscaling": {"enabled": True, "minReplicas": 1, "maxReplicas": 3}}}
LOOK_SECONDS = 20


def replicas(platform: PlatformUnderTest) -> int:
    deployment = platform.child("deployment", "course")
    assert deployment
    return deployment["spec"]["replicas"]


def test_it_is_never_reset(kube: Kube, platform: PlatformUnderTest) -> None:
    platform.apply(services=AUTOSCALED)
    platform.wait_ready()
    assert platform.child("horizontalpodautoscaler", "course")
    kube.kubectl("scale", "-n", platform.namespace, f"deployment/{platform.name}-course", "--replicas=2")
    kube.kill_operator()
    platform.apply(services={**AUTOSCALED, "payment": {"dbPoolSize": 9}})
    eventually(lambda: platform.status["services"][3]["poolSize"] == 9, 60, "the new spec seen")
    time.sleep(LOOK_SECONDS)
    assert replicas(platform) == 2


def test_the_autoscaler_goes_when_it_is_not_wanted(platform: PlatformUnderTest) -> None:
    platform.apply()
    platform.wait_ready()
    assert platform.child("horizontalpodautoscaler", "course") is None
    assert replicas(platform) == 1
