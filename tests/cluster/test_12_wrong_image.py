"""A wrong image is reported, affects nothing else, and is no longer reported once it is corrected."""

from cluster.kube import PlatformUnderTest, eventually

SECONDS = 180
WRONG = "localhost:5001/edu/edu-course:no-such-tag"


def test_it_is_named_and_the_others_stay_up(platform: PlatformUnderTest) -> None:
    pods = {pod["metadata"]["uid"] for name in ("course", "payment", "identity") for pod in platform.pods(name)}
    platform.apply(services={"course": {"image": WRONG}})

    def is_named() -> bool:
        found = platform.condition("Degraded")
        return found.get("status") == "True" and found["reason"] == "ImagePullBackOff" and "course" in found["message"]

    eventually(is_named, SECONDS, "Degraded names the service and the reason")
    assert platform.status["phase"] == "Degraded"
    now = {pod["metadata"]["uid"] for name in ("course", "payment", "identity") for pod in platform.pods(name)}
    assert pods <= now
    platform.apply()
    platform.wait_ready()
    assert platform.condition("Degraded")["status"] == "False"
