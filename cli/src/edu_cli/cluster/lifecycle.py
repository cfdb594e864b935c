"""A kind cluster with CRD and operator, by the kind, helm and kubectl commands that one would type."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edu_cli.cluster import build
from edu_cli.devserver.state import PROJECT
from edu_cli.errors import LocalError
from edu_cli.ui import step

CHARTS = PROJECT / "charts"
CONFIG = PROJECT / "kind-config.yaml"
INGRESS = Path(__file__).with_name("ingress.yaml")
EXAMPLE = PROJECT / "eduplatform.yaml"
NAMESPACE, NAME, SYSTEM = "edu", "demo", "edu-system"
ADMIN = "admin@example.com"
PASSWORD = f"kubectl -n {NAMESPACE} get secret {NAME}-admin -o go-template='{{{{.data.password | base64decode}}}}'"
RESTRICTED = "pod-security.kubernetes.io/enforce=restricted"
READY_SECONDS = 600.0
POLL_SECONDS = 2.0


def create(cluster: str, *, config: Path | None = None) -> None:
    """Create a cluster and load all images into it."""
    with step(f"kind cluster {cluster}"):
        flags = ["--config", str(config)] if config else []
        build.run("kind", "create", "cluster", "--name", cluster, "--wait", "120s", *flags)
    load(cluster)


def load(cluster: str) -> None:
    """Build the images that changed, and load all of them."""
    images = build.build_images(build.available())
    build.load_images([*images, *filter(build.is_present, build.THIRD_PARTY)], cluster)


def install(cluster: str, namespaces: Iterable[str], system: str = SYSTEM) -> None:
    """Install the CRD, the operator in a namespace of its own, and the namespaces it watches."""
    watched = list(namespaces)
    for namespace in (*watched, system):
        _namespace(cluster, namespace)
    with step("custom resource definition"):
        _helm(cluster, "eduplatform-crds", "eduplatform-crds", system)
    with step("operator"):
        values = ["namespaces={" + ",".join(watched) + "}", f"podAnnotations.image={_image_id()}"]
        flags = [argument for value in values for argument in ("--set-string", value)]
        _helm(cluster, "operator", "eduplatform-operator", system, *flags)


def _image_id() -> str:
    """Return the operator image's id: an image rebuilt under the same tag must replace the Pod."""
    return build.run("docker", "image", "inspect", "--format", "{{.Id}}", build.image("operator")).strip()


def _namespace(cluster: str, name: str) -> None:
    manifest = kubectl(cluster, "create", "namespace", name, "--dry-run=client", "--output=name")
    if not kubectl(cluster, "get", "--ignore-not-found", "--output=name", manifest.strip()):
        kubectl(cluster, "create", "namespace", name)
    kubectl(cluster, "label", "namespace", name, RESTRICTED, "--overwrite")


def _helm(cluster: str, release: str, chart: str, namespace: str, *flags: str) -> None:
    folder = str(CHARTS / chart)
    if (CHARTS / chart / "Chart.lock").exists():
        build.run("helm", "dependency", "build", folder)
    common = ("--kube-context", f"kind-{cluster}", "--namespace", namespace, "--wait", "--timeout", "180s")
    build.run("helm", "upgrade", "--install", release, folder, *common, *flags)


def kubectl(cluster: str, *arguments: str) -> str:
    """Run kubectl on the cluster and return its output."""
    return build.run("kubectl", "--context", f"kind-{cluster}", *arguments)


def platform(cluster: str) -> dict[str, Any] | None:
    """Return the EduPlatform of `eduplatform.yaml`; None when there is none."""
    found = kubectl(
        cluster, "get", "eduplatform", NAME, "--namespace", NAMESPACE, "--ignore-not-found", "--output=json"
    )
    return json.loads(found) if found else None


def ready(found: dict[str, Any]) -> bool:
    """Return whether the platform is Ready in the current generation of its spec."""
    status = found.get("status", {})
    current = status.get("observedGeneration") == found["metadata"]["generation"]
    return current and any(it["type"] == "Ready" and it["status"] == "True" for it in status["conditions"])


def summary(found: dict[str, Any] | None) -> str:
    """Return the phase, the counts and what is degraded, in one line."""
    status = (found or {}).get("status", {})
    if not status:
        return "Pending"
    counts = f"{status['databasesReady']} databases, {status['servicesReady']} services"
    degraded = "".join(f"; {message}" for message in _degraded(status))
    return f"{status['phase']}: {counts}{degraded}"


def _degraded(status: dict[str, Any]) -> list[str]:
    return [it["message"] for it in status["conditions"] if (it["type"], it["status"]) == ("Degraded", "True")]


def wait_ready(cluster: str) -> None:
    """Wait until the platform is Ready; print a line for each phase on the way."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        current = summary(platform(cluster))
        with step(current):
            found = _wait_for_change(cluster, current, deadline)
        if found and ready(found):
            return
    raise LocalError(
        f"The platform was not Ready after {READY_SECONDS:g} s. `kubectl -n {NAMESPACE} get edu` shows more."
    )


def _wait_for_change(cluster: str, before: str, deadline: float) -> dict[str, Any] | None:
    while time.monotonic() < deadline:
        found = platform(cluster)
        if summary(found) != before or (found and ready(found)):
            return found
        time.sleep(POLL_SECONDS)
    return None
