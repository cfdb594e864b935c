"""The operator has the permissions that it needs and no others, and so do its pods."""

import pytest

from cluster.conftest import NAMESPACE
from cluster.kube import SYSTEM, Kube, PlatformUnderTest, Refused

OPERATOR = f"system:serviceaccount:{SYSTEM}:operator"
EVERYBODY_S = ("selfsubject", "[/", "clustertrustbundles")


def rights(kube: Kube, namespace: str) -> list[str]:
    """Return lines of `kubectl auth can-i --list` beyond those of every authenticated user."""
    lines = kube.kubectl("auth", "can-i", "--list", f"--as={OPERATOR}", "-n", namespace).splitlines()[1:]
    return [line for line in lines if line.strip() and not any(word in line for word in EVERYBODY_S)]


def test_no_right_has_a_wildcard(kube: Kube) -> None:
    found = rights(kube, NAMESPACE)
    assert found
    assert [line for line in found if "*" in line] == []


@pytest.mark.parametrize("namespace", ["default", "kube-system", SYSTEM])
def test_there_are_none_in_other_namespaces(kube: Kube, namespace: str) -> None:
    assert rights(kube, namespace) == []


def test_every_pod_was_admitted_as_restricted(kube: Kube, platform: PlatformUnderTest) -> None:
    labels = kube.kubectl("get", "namespace", platform.namespace, "-o", "jsonpath={.metadata.labels}")
    assert '"pod-security.kubernetes.io/enforce":"restricted"' in labels
    refused = kube.kubectl("get", "events", "-n", platform.namespace, "--field-selector", "reason=FailedCreate")
    assert "PodSecurity" not in refused


def test_a_pod_that_is_not_restricted_is_refused_there(kube: Kube) -> None:
    with pytest.raises(Refused, match="PodSecurity"):
        kube.kubectl("run", "loose", "-n", NAMESPACE, "--image=busybox:1.37", "--dry-run=server")
