"""The objects of a platform in the cluster, with types for what is read."""

import asyncio
from typing import cast

from edu_operator import values
from edu_operator.api import Api, ApiError
from edu_operator.apply import Reference
from edu_operator.objects import Cluster, Job, PersistentVolumeClaim, Pod, Secret, StatefulSet, Workload
from edu_operator.types import INSTANCE_LABEL, PLATFORM_LABEL, Object, Platform

JOB_LABEL = "batch.kubernetes.io/job-name"
BUILTIN_KINDS = (
    *("ConfigMap", "Secret", "Service", "PersistentVolumeClaim", "Pod", "Deployment", "StatefulSet", "Job"),
    *("HorizontalPodAutoscaler", "Ingress", "NetworkPolicy", "PodDisruptionBudget"),
    *("ServiceAccount", "Role", "RoleBinding"),
)
"""Kinds that every cluster has."""
OPTIONAL_KINDS = ("HTTPRoute", "Cluster", "PodMonitor")
"""Kinds of other projects, which a cluster may have."""


class Observed:
    """One platform's objects and the Secrets it refers to, as of the start of a pass or of a later change by it."""

    def __init__(self, objects: list[Object], known: frozenset[str] = frozenset()) -> None:
        self._objects = {Reference.of(item): item for item in objects}
        self.known = known
        """The optional kinds that the cluster has and that the operator may access."""

    def find(self, platform: Platform, kind: str, name: str) -> Object | None:
        return self._objects.get(Reference(platform.key.namespace, kind, name))

    def deployment(self, platform: Platform, name: str) -> Workload | None:
        return cast("Workload | None", self.find(platform, "Deployment", name))

    def stateful_set(self, platform: Platform, name: str) -> StatefulSet | None:
        return cast("StatefulSet | None", self.find(platform, "StatefulSet", name))

    def job(self, platform: Platform, name: str) -> Job | None:
        return cast("Job | None", self.find(platform, "Job", name))

    def secret(self, platform: Platform, name: str) -> Secret | None:
        return cast("Secret | None", self.find(platform, "Secret", name))

    def claim(self, platform: Platform, name: str) -> PersistentVolumeClaim | None:
        return cast("PersistentVolumeClaim | None", self.find(platform, "PersistentVolumeClaim", name))

    def cluster(self, platform: Platform, name: str) -> Cluster | None:
        return cast("Cluster | None", self.find(platform, "Cluster", name))

    def url(self, platform: Platform, secret: str) -> str:
        """Return a Secret's value of the key `url`, in base64; empty when there is none."""
        found = self.secret(platform, secret)
        return found.get("data", {}).get("url", "") if found else ""

    def service_keys(self, platform: Platform, service: str) -> list[str]:
        """Return a service's keys in the platform's Secret, in base64; empty strings for missing ones."""
        found = self.secret(platform, platform.release("platform"))
        names = (values.service_private_key(service), values.SERVICE_PUBLIC_KEYS)
        return [found.get("data", {}).get(name, "") if found else "" for name in names]

    def all(self, kind: str) -> list[Object]:
        return [item for reference, item in self._objects.items() if reference.kind == kind]

    def everything(self) -> list[Object]:
        return list(self._objects.values())

    def put(self, item: Object) -> None:
        self._objects[Reference.of(item)] = item

    def drop(self, item: Object) -> None:
        """Remove a deleted object; a Job's pods are removed with it."""
        self._objects.pop(Reference.of(item), None)
        if item["kind"] == "Job":
            for pod in self.all("Pod"):
                if pod["metadata"].get("labels", {}).get(JOB_LABEL) == item["metadata"]["name"]:
                    self.drop(pod)

    def pods(self, release: str) -> list[Pod]:
        """Return the pods of a release that are not being deleted."""
        staying = [pod for pod in self.all("Pod") if "deletionTimestamp" not in pod["metadata"]]
        return [cast("Pod", pod) for pod in staying if instance(pod) == release]


def instance(item: Object) -> str:
    """Return the release that an object belongs to."""
    return item["metadata"].get("labels", {}).get(INSTANCE_LABEL, "")


async def observe(api: Api, platform: Platform) -> Observed:
    """List all objects with the platform's label, and read the Secrets that its spec refers to."""
    selector = f"{PLATFORM_LABEL}={platform.name}"
    certain = [api.list_objects(kind, platform.key.namespace, selector) for kind in BUILTIN_KINDS]
    optional = [_list_known(api, kind, platform.key.namespace, selector) for kind in OPTIONAL_KINDS]
    named = [api.get("Secret", platform.key.namespace, name) for name in sorted(values.external_secrets(platform))]
    always, added, external = await asyncio.gather(
        asyncio.gather(*certain), asyncio.gather(*optional), asyncio.gather(*named)
    )
    known = {kind: items for kind, items in zip(OPTIONAL_KINDS, added, strict=True) if items is not None}
    secrets = [{"kind": "Secret", **secret} for secret in external if secret]
    return Observed([item for items in (*always, *known.values(), secrets) for item in items], frozenset(known))


async def _list_known(api: Api, kind: str, namespace: str, selector: str) -> list[Object] | None:
    """Return None when the cluster does not have the kind, or the operator may not access it."""
    try:
        return await api.list_objects(kind, namespace, selector)
    except ApiError as error:
        if error.status in {403, 404}:
            return None
        raise
