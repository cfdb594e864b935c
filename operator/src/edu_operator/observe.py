"""What there is of a platform in the cluster."""

import asyncio

from edu_operator import values
from edu_operator.api import Api, ApiError
from edu_operator.apply import Reference
from edu_operator.types import INSTANCE_LABEL, PLATFORM_LABEL, Object, Platform

JOB_LABEL = "batch.kubernetes.io/job-name"
ALWAYS = (
    *("ConfigMap", "Secret", "Service", "PersistentVolumeClaim", "Pod", "Deployment", "StatefulSet", "Job"),
    *("HorizontalPodAutoscaler", "Ingress", "NetworkPolicy", "PodDisruptionBudget"),
    *("ServiceAccount", "Role", "RoleBinding"),
)
"""Kinds that every cluster knows."""
ADDED = ("HTTPRoute", "Cluster", "PodMonitor")
"""Kinds of other projects, which a cluster may know."""


class Observed:
    """One platform's objects and the Secrets it names, as they were when a turn began or came back from a change."""

    def __init__(self, objects: list[Object], known: frozenset[str] = frozenset()) -> None:
        self._objects = {Reference.of(item): item for item in objects}
        self.known = known
        """Those of the added kinds that the cluster knows, and that the operator has rights to."""

    def find(self, platform: Platform, kind: str, name: str) -> Object | None:
        return self._objects.get(Reference(platform.key.namespace, kind, name))

    def address(self, platform: Platform, secret: str) -> str:
        """What a Secret has under the key `url`, encoded; empty where there is none."""
        found = self.find(platform, "Secret", secret)
        return found.get("data", {}).get("url", "") if found else ""

    def all(self, kind: str) -> list[Object]:
        return [item for reference, item in self._objects.items() if reference.kind == kind]

    def everything(self) -> list[Object]:
        return list(self._objects.values())

    def put(self, item: Object) -> None:
        self._objects[Reference.of(item)] = item

    def drop(self, item: Object) -> None:
        """It was deleted; a Job's pods go with it."""
        self._objects.pop(Reference.of(item), None)
        if item["kind"] == "Job":
            for pod in self.all("Pod"):
                if pod["metadata"].get("labels", {}).get(JOB_LABEL) == item["metadata"]["name"]:
                    self.drop(pod)

    def pods(self, release: str) -> list[Object]:
        """Those of a release that are to stay."""
        staying = [pod for pod in self.all("Pod") if "deletionTimestamp" not in pod["metadata"]]
        return [pod for pod in staying if instance(pod) == release]


def instance(item: Object) -> str:
    """The release that an object is part of."""
    return item["metadata"].get("labels", {}).get(INSTANCE_LABEL, "")


async def observe(api: Api, platform: Platform) -> Observed:
    selector = f"{PLATFORM_LABEL}={platform.name}"
    certain = [api.find_all(kind, platform.key.namespace, selector) for kind in ALWAYS]
    optional = [_list_known(api, kind, platform.key.namespace, selector) for kind in ADDED]
    named = [api.get("Secret", platform.key.namespace, name) for name in sorted(values.external_secrets(platform))]
    always, added, external = await asyncio.gather(
        asyncio.gather(*certain), asyncio.gather(*optional), asyncio.gather(*named)
    )
    known = {kind: items for kind, items in zip(ADDED, added, strict=True) if items is not None}
    secrets = [{"kind": "Secret", **secret} for secret in external if secret]
    return Observed([item for items in (*always, *known.values(), secrets) for item in items], frozenset(known))


async def _list_known(api: Api, kind: str, namespace: str, selector: str) -> list[Object] | None:
    """None where the cluster does not know the kind, or the operator has no rights to it."""
    try:
        return await api.find_all(kind, namespace, selector)
    except ApiError as error:
        if error.status in {403, 404}:
            return None
        raise
