"""A kind cluster with CRD and operator, by the same kind, helm and kubectl that one would type."""

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
    """A new cluster with all images in it."""
    with step(f"kind cluster {cluster}"):
        flags = ["--config", str(config)] if config else []
        build.run("kind", "create", "cluster", "--name", cluster, "--wait", "120s", *flags)
    load(cluster)


def load(cluster: str) -> None:
    """Build the images, as far as they changed, and load them."""
    images = build.build_images(build.available())
    build.load_images([*images, *filter(build.is_present, build.OTHERS)], cluster)


def install(cluster: str, namespaces: Iterable[str], system: str = SYSTEM) -> None:
    """The CRD, the operator in a namespace of its own, and the namespaces that it keeps."""
    watched = list(namespaces)
    for namespace in (*watched, system):
        _namespace(cluster, namespace)
    with step("definition of EduPlatform"):
        _helm(cluster, "eduplatform-crds", "eduplatform-crds", system)
    with step("operator"):
        values = ["namespaces={" + ",".join(watched) + "}", f"podAnnotations.image={_image_id()}"]
        flags = [word for value in values for word in ("--set-string", value)]
        _helm(cluster, "operator", "eduplatform-operator", system, *flags)


def _image_id() -> str:
    """Of the operator: an image built anew under the same tag is another Pod."""
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
    return build.run("kubectl", "--context", f"kind-{cluster}", *arguments)


def platform(cluster: str) -> dict[str, Any] | None:
    """The EduPlatform of `eduplatform.yaml`, None where there is none."""
    found = kubectl(
        cluster, "get", "eduplatform", NAME, "--namespace", NAMESPACE, "--ignore-not-found", "--output=json"
    )
    return json.loads(found) if found else None


def ready(found: dict[str, Any]) -> bool:
    status = found.get("status", {})
    current = status.get("observedGeneration") == found["metadata"]["generation"]
    return current and any(it["type"] == "Ready" and it["status"] == "True" for it in status["conditions"])


def said(found: dict[str, Any] | None) -> str:
    """How far the platform is, in one line."""
    status = (found or {}).get("status", {})
    if not status:
        return "Pending"
    counts = f"{status['databasesReady']} databases, {status['servicesReady']} services"
    wrong = "".join(f"; {message}" for message in _degraded(status))
    return f"{status['phase']}: {counts}{wrong}"


def _degraded(status: dict[str, Any]) -> list[str]:
    return [it["message"] for it in status["conditions"] if (it["type"], it["status"]) == ("Degraded", "True")]


def wait_ready(cluster: str) -> None:
    """Until Ready, with a line for each phase on the way."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        now = said(platform(cluster))
        with step(now):
            found = _until_another(cluster, now, deadline)
        if found and ready(found):
            return
    raise LocalError(
        f"The platform was not Ready after {READY_SECONDS:g} s. `kubectl -n {NAMESPACE} get edu` tells more."
    )


def _until_another(cluster: str, before: str, deadline: float) -> dict[str, Any] | None:
    while time.monotonic() < deadline:
        found = platform(cluster)
        if said(found) != before or (found and ready(found)):
            return found
        time.sleep(POLL_SECONDS)
    return None
