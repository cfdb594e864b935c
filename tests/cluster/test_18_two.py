"""Two platforms in two namespaces do not affect each other."""

from cluster.conftest import Stillness
from cluster.kube import ALONE, PlatformUnderTest


def test_one_comes_and_goes_while_the_other_keeps_still(
    stillness: Stillness, shared: PlatformUnderTest, second: PlatformUnderTest
) -> None:
    second.apply(**ALONE, services={"course": {"dbPoolSize": 7}})
    second.wait_ready()
    assert {it["name"]: it["poolSize"] for it in second.status["services"]}["course"] == 7
    assert shared.written() == stillness.written
    assert shared.settled()
    second.kube.kubectl("delete", "eduplatform", "-n", second.namespace, second.name, "--timeout=60s")
    assert shared.written() == stillness.written
    assert shared.settled()
