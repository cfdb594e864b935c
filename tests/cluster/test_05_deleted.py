"""Deleted objects are re-created."""

import re

import pytest

from cluster.kube import Kube, PlatformUnderTest, eventually

SECONDS = 10


def corrections(kube: Kube, kind: str) -> float:
    name = re.escape(f'eduplatform_drift_corrections_total{{kind="{kind}"}}')
    found = re.search(rf"^{name} (\S+)$", kube.operator_metrics(), re.MULTILINE)
    return float(found[1]) if found else 0


@pytest.mark.parametrize("kind", ["Service", "Deployment", "ConfigMap", "NetworkPolicy"])
def test_comes_back_with_an_event_and_is_counted(kube: Kube, platform: PlatformUnderTest, kind: str) -> None:
    before = corrections(kube, kind)
    old = platform.child(kind, "course")
    assert old
    kube.kubectl("delete", kind, "-n", platform.namespace, f"{platform.name}-course", "--wait=false")

    def is_back() -> bool:
        new = platform.child(kind, "course")
        return new is not None and new["metadata"]["uid"] != old["metadata"]["uid"]

    eventually(is_back, SECONDS, f"a new {kind}")
    eventually(lambda: corrections(kube, kind) == before + 1, SECONDS, "the counter")
    events = kube.kubectl("get", "events", "-n", platform.namespace, "--field-selector", "reason=DriftCorrected")
    assert f"{kind} {platform.name}-course" in events
