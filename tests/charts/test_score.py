"""kube-score finds nothing critical in any render, except what is intended."""

import subprocess

import pytest

from helm import CASES, GOLDEN, tool

MEANT = {
    "container-image-pull-policy": "tags are versions, and clusters of kind have their images loaded",
    "container-ephemeral-storage-request-and-limit": "root file systems are read-only, every emptyDir has a limit",
}
MEANT_OF = {
    "exposure": {
        "ingress-targets-service": "the Services are other charts'",
        "networkpolicy-targets-pod": "the pods are other charts'",
    },
    "monitoring": {"pod-probes-identical": "Grafana has one page for its health; liveness waits far longer"},
    "postgres": {
        "container-security-context-user-group-id": "the image's own user",
        "pod-probes-identical": "liveness waits far longer than readiness",
        "statefulset-has-servicename": "clients keep one virtual address; nobody asks for the pod by name",
    },
    "redis": {
        "container-security-context-user-group-id": "the image's own user",
        "pod-probes-identical": "liveness waits far longer than readiness",
    },
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_critical(name: str) -> None:
    meant = MEANT | MEANT_OF.get(name.partition(".")[0], {})
    ignored = [argument for check in meant for argument in ("--ignore-test", check)]
    # CPU is deliberately not limited: throttling would show as latency.
    command = [tool("kube-score"), "score", "--output-format", "ci", "--ignore-container-cpu-limit", *ignored]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, str(GOLDEN / f"{name}.yaml")], capture_output=True, text=True, check=False
    )
    critical = [line for line in done.stdout.splitlines() if line.startswith("[CRITICAL]")]
    assert critical == []
    assert done.returncode == 0, done.stderr
