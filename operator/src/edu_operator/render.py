"""Charts rendered by `helm template` from the image: the same charts that can be installed manually."""

import asyncio
import json
from collections import OrderedDict
from typing import Any

import yaml

from edu_operator.api import KINDS
from edu_operator.settings import OperatorSettings
from edu_operator.types import Object
from edu_operator.values import PORTS, Release

SECONDS = 60
KEPT = 128
SERVICE_KINDS = frozenset(
    {"ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Job", "NetworkPolicy", "PodDisruptionBudget", "Service"}
)
CHART_KINDS = {
    **dict.fromkeys(PORTS, SERVICE_KINDS),
    "frontend": SERVICE_KINDS - {"ConfigMap", "Job"},
    "postgres": frozenset({"NetworkPolicy", "Service", "StatefulSet"}),
    "redis": frozenset({"Deployment", "NetworkPolicy", "Service"}),
    "exposure": frozenset({"HTTPRoute", "Ingress", "NetworkPolicy"}),
    "monitoring": frozenset(
        {"ConfigMap", "Deployment", "NetworkPolicy", "PodMonitor", "Role", "RoleBinding", "Service", "ServiceAccount"}
    ),
    "seed": frozenset({"Job", "NetworkPolicy"}),
    "loadtest": frozenset({"Job", "NetworkPolicy", "Service"}),
}
"""The kinds of objects that each chart renders."""
PROMETHEUS_KINDS = frozenset({"Role", "RoleBinding", "ServiceAccount"})
"""Kinds that grant permissions: rendered for Prometheus only."""
METADATA = frozenset({"name", "namespace", "labels", "annotations"})


class RenderError(Exception):
    """A chart that rejects its values (the message is Helm's), or renders an object that it does not own."""


class Renderer:
    def __init__(self, settings: OperatorSettings) -> None:
        self._settings = settings
        self._rendered: OrderedDict[str, list[Object]] = OrderedDict()

    async def render(self, release: Release) -> list[Object]:
        """Return the release's objects; they are shared, so never modify them."""
        key = release.digest
        if key not in self._rendered:
            self._rendered[key] = parse(await self._template(release), release)
            if len(self._rendered) > KEPT:
                self._rendered.popitem(last=False)
        self._rendered.move_to_end(key)
        return self._rendered[key]

    async def _template(self, release: Release) -> str:
        process = await asyncio.create_subprocess_exec(
            *(self._settings.helm, "template", release.name, str(self._settings.charts_directory / release.chart)),
            *("--namespace", release.namespace, "--values", "-"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(SECONDS):
                out, errors = await process.communicate(json.dumps(release.values).encode())
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise RenderError(f"chart {release.chart}: {errors.decode(errors='replace').strip()[-600:]}")
        return out.decode()


def parse(text: str, release: Release) -> list[Object]:
    """Return the objects of a rendered release, in its namespace.

    The operator applies them with its own permissions, and the values come from any user who may edit an EduPlatform.
    So whatever a value does to the text, only kinds and names that the chart owns are accepted.

    Raises:
        RenderError: the text is invalid YAML, or has an object that the chart does not own.
    """
    try:
        documents = list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        raise RenderError(f"chart {release.chart}: not YAML: {error}"[:600]) from error
    objects = [_owned(document, release) for document in documents if document is not None]
    names = [(item["kind"], item["metadata"]["name"]) for item in objects]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise RenderError(f"chart {release.chart}: more than one {' '.join(min(repeated))}")
    for item in objects:
        item["metadata"]["namespace"] = release.namespace
        if item["kind"] == "NetworkPolicy":
            item["spec"] = _without_empty_lists(item["spec"])
    return objects


def _owned(document: Any, release: Release) -> Object:
    """Return the document as an object that the release owns.

    Raises:
        RenderError: it has another kind, name, namespace or API version, or sets metadata that no chart sets.
    """
    try:
        kind, version, meta = document["kind"], document["apiVersion"], document["metadata"]
        name = meta["name"]
        owned = (
            kind in CHART_KINDS[release.chart]
            and version == KINDS[kind].api
            and _is_name_of(release, kind, name)
            and meta.get("namespace", release.namespace) == release.namespace
            and METADATA.issuperset(meta)
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise RenderError(
            f"chart {release.chart}: a document that is no Kubernetes object: {document!r:.200}"
        ) from error
    if not owned:
        raise RenderError(f"chart {release.chart}: {kind} {name} is no object of the release {release.name}"[:600])
    return document


def _is_name_of(release: Release, kind: str, name: str) -> bool:
    if kind in PROMETHEUS_KINDS:
        return name == f"{release.name}-prometheus"
    return name == release.name or name.startswith(f"{release.name}-")


def _without_empty_lists(spec: Object) -> Object:
    """Remove empty lists of rules.

    They mean the same as no rules, but the API server drops them and would report a change at every apply.
    """
    return {name: value for name, value in spec.items() if value != []}
