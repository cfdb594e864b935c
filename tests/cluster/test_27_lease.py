"""Beyond the numbered promises: of two operators that watch a namespace, one reconciles it; the other takes over."""

from collections.abc import Iterator

import pytest

from cluster.conftest import SECOND_NAMESPACE
from cluster.kube import ALONE, SYSTEM, Kube, PlatformUnderTest, eventually, run
from edu_cli.cluster import lifecycle

RIVAL = "edu-rival"
TAKEOVER_SECONDS = 180
"""The Lease expires 90 seconds after the last renewal, and is checked every 30."""


@pytest.fixture
def rival(kube: Kube) -> Iterator[str]:
    """Install another operator; return its namespace."""
    helm = ("helm", "--kube-context", f"kind-{kube.cluster}", "--namespace", RIVAL)
    watched = f"namespaces={{{SECOND_NAMESPACE}}}"
    chart = str(lifecycle.CHARTS / "eduplatform-operator")
    run(*helm, "install", "rival", chart, "--create-namespace", "--set", watched, "--wait", "--timeout", "180s")
    yield RIVAL
    run(*helm, "uninstall", "rival", "--wait")
    kube.kubectl("delete", "namespace", RIVAL, "--wait=false")


def metric(kube: Kube, namespace: str, name: str) -> float:
    """Return the sum over a metric's series."""
    pod = kube.kubectl("get", "pods", "-n", namespace, "-o", "jsonpath={.items[0].metadata.name}")
    text = kube.kubectl("get", "--raw", f"/api/v1/namespaces/{namespace}/pods/{pod}:8080/proxy/metrics")
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def holder(kube: Kube) -> str:
    found = kube.get(SECOND_NAMESPACE, "lease", "eduplatform-operator")
    return found["spec"]["holderIdentity"] if found else ""


def test_one_of_two_operators_reconciles_and_the_other_takes_over(
    kube: Kube, second: PlatformUnderTest, rival: str
) -> None:
    assert holder(kube) == f"{SYSTEM}/operator"
    second.apply(**ALONE)
    second.wait_ready()
    assert metric(kube, rival, "eduplatform_leader") == 0
    assert metric(kube, rival, "eduplatform_api_requests_total") == 0
    kube.scale_operator(0)
    try:
        kube.kubectl("delete", "service", "-n", second.namespace, f"{second.name}-course")
        eventually(lambda: second.child("service", "course"), TAKEOVER_SECONDS, "the Service, by the other operator")
        assert holder(kube) == f"{rival}/rival"
    finally:
        kube.scale_operator(1)
    assert metric(kube, SYSTEM, "eduplatform_leader") == 1  # the first namespace's
