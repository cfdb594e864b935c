"""From `kubectl apply` to Ready."""

from cluster.conftest import Birth
from cluster.kube import PlatformUnderTest
from edu_topology import SERVICES

SECONDS = 600


def test_is_ready_in_time(birth: Birth) -> None:
    assert birth.seconds < SECONDS


def test_ready_speaks_of_the_spec_as_it_is(platform: PlatformUnderTest) -> None:
    found = platform.read()
    assert found["status"]["observedGeneration"] == found["metadata"]["generation"]
    assert platform.condition("Ready")["observedGeneration"] == found["metadata"]["generation"]


def test_status_tells_each_service_and_the_seeded_rows(platform: PlatformUnderTest) -> None:
    status = platform.status
    parts = [(it["name"], it["ready"], it["desired"]) for it in status["services"]]
    assert parts == [(name, 1, 1) for name in (*SERVICES, "frontend")]
    assert status["seed"]["rows"]["course.courses"] == int(platform.sql("course", "select count(*) from courses"))


def test_users_of_the_demonstration_data_sign_in(platform: PlatformUnderTest) -> None:
    assert platform.sign_in()
