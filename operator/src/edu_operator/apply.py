"""Server-side apply of one platform's objects: drift is reverted, unchanged objects cause no requests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from edu_operator.api import Api
from edu_operator.types import MANAGER, PLATFORM_LABEL, Key, Object, Platform
from edu_operator.values import digest

MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"
REPLICAS_MANAGER = f"{MANAGER}-replicas"


class Reference(NamedTuple):
    namespace: str
    kind: str
    name: str

    @classmethod
    def of(cls, item: Object) -> "Reference":
        return cls(item["metadata"]["namespace"], item["kind"], item["metadata"]["name"])


@dataclass(frozen=True)
class Applied:
    """The object that was applied, and the mark of the result."""

    wanted: str
    mark: str


class NotOwnedError(Exception):
    """An object with a name that the platform needs belongs to someone else."""

    def __init__(self, item: Object, platform: Platform) -> None:
        kind, name = item["kind"], item["metadata"]["name"]
        labels = item["metadata"].get("labels", {})
        if labels.get(MANAGED_BY_LABEL) == MANAGER and PLATFORM_LABEL in labels:
            owner = f"belongs to the EduPlatform {labels[PLATFORM_LABEL]}"
            remedy = "make this platform under a name that is not like the other's"
        else:
            owner = "does not belong to this platform"
            remedy = (
                "delete or rename it, or hand it over by "
                f"kubectl -n {platform.key.namespace} label --overwrite {kind.lower()} {name} "
                f"{PLATFORM_LABEL}={platform.name} {MANAGED_BY_LABEL}={MANAGER}"
            )
        super().__init__(f"{kind} {name} exists and {owner}: {remedy}")


class Outcome(NamedTuple):
    live: Object
    drifted: bool
    """Whether someone else had changed or deleted the object that was applied before."""


class Applier:
    """Remembers what it applied, so that an unchanged object causes no request and a changed one counts as drift."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._applied: dict[Reference, Applied] = {}

    async def apply(self, wanted: Object, live: Object | None) -> Outcome:
        """Apply the object; where the chart leaves out `replicas`, the present number stays."""
        reference, hashed = Reference.of(wanted), digest(wanted)
        before = self._applied.get(reference)
        same = before is not None and before.wanted == hashed
        if same and live and before and before.mark == mark(live):
            return Outcome(live, drifted=False)
        if live:
            await self._take_over(live)
            await self._hand_over_replicas(wanted, live)
        # Another client may create a missing object meanwhile: its fields are then a conflict and not taken over.
        now = await self._api.apply(wanted, force=live is not None)
        self._applied[reference] = Applied(hashed, mark(now))
        now = {"kind": wanted["kind"], **now}
        return Outcome(now, drifted=same and (live is None or version(live) != version(now)))

    async def _take_over(self, live: Object) -> None:
        """Take ownership of fields that others set in the spec, so that the next apply removes them."""
        if others := list(foreign(live)):
            await self._api.json_patch(
                live,
                [
                    {"op": "test", "path": "/metadata/resourceVersion", "value": version(live)},
                    {"op": "replace", "path": "/metadata/managedFields", "value": merged(live, others)},
                ],
            )

    async def _hand_over_replicas(self, wanted: Object, live: Object) -> None:
        """Have another manager own the replicas before this one gives them up: an unmanaged field gets its default."""
        if wanted["kind"] == "Deployment" and "replicas" not in wanted["spec"] and _owns_replicas(live):
            meta = {"name": live["metadata"]["name"], "namespace": live["metadata"]["namespace"]}
            kept = {"apiVersion": wanted["apiVersion"], "kind": "Deployment", "metadata": meta}
            await self._api.apply({**kept, "spec": {"replicas": live["spec"]["replicas"]}}, manager=REPLICAS_MANAGER)

    def forget(self, key: Key) -> None:
        """Forget a platform that was deleted together with its objects."""
        self._applied = {at: what for at, what in self._applied.items() if not self._of(at, key)}

    @staticmethod
    def _of(reference: Reference, key: Key) -> bool:
        return reference.namespace == key.namespace and reference.name.startswith(f"{key.name}-")


def version(item: Object) -> str:
    return item["metadata"]["resourceVersion"]


def mark(live: Object) -> str:
    """Return a value that changes when the operator's fields may have changed, but not with every status update."""
    meta = live["metadata"]
    state = meta.get("generation") or meta["resourceVersion"]
    return digest([meta["uid"], state, meta.get("labels"), meta.get("ownerReferences")], 16)


def foreign(live: Object) -> Iterator[Object]:
    """Return the managed fields entries of others that set parts of the spec or the data, except subresources.

    An annotation on a pod template, as `kubectl rollout restart` sets it, does not count as drift.
    """
    for entry in live["metadata"].get("managedFields", []):
        if (
            entry["manager"] in {MANAGER, REPLICAS_MANAGER}
            or entry.get("subresource")
            or entry["manager"].startswith("kube-controller")
        ):
            continue
        fields = entry.get("fieldsV1", {})
        if "f:data" in fields or "f:stringData" in fields or _sets_spec(fields.get("f:spec", {})):
            yield entry


def _sets_spec(spec: Object) -> bool:
    template = spec.get("f:template", {})
    return bool(set(spec) - {"f:template"} or "f:spec" in template)


def _owns_replicas(live: Object) -> bool:
    entries = live["metadata"].get("managedFields", [])
    ours = [entry["fieldsV1"] for entry in entries if entry["manager"] == MANAGER and not entry.get("subresource")]
    return any("f:replicas" in fields.get("f:spec", {}) for fields in ours)


def merged(live: Object, others: list[Object]) -> list[Object]:
    """Return the managed fields with those of others assigned to the operator."""
    entries: list[Object] = live["metadata"]["managedFields"]
    ours: Object = next(
        (entry for entry in entries if entry["manager"] == MANAGER and entry["operation"] == "Apply"),
        {**others[0], "manager": MANAGER, "operation": "Apply"},
    )
    fields: Object = ours["fieldsV1"]
    for entry in others:
        fields = _union(fields, entry["fieldsV1"])
    rest = [entry for entry in entries if entry not in others and entry != ours]
    return [*rest, {**ours, "fieldsV1": fields}]


def _union(left: Object, right: Object) -> Object:
    both = {key: _union(left[key], right[key]) for key in left.keys() & right.keys()}
    return {**left, **right, **both}


def is_owned(item: Object, platform: Platform) -> bool:
    """Return whether the platform created the object, or adopted it by its labels.

    For objects that outlive a platform, labels alone decide: Secrets, Clusters, and claims, which their StatefulSet
    labels.
    """
    meta = item["metadata"]
    labels = meta.get("labels", {})
    if any(owner["uid"] == platform.uid for owner in meta.get("ownerReferences", [])):
        return True
    managed = item["kind"] == "PersistentVolumeClaim" or labels.get(MANAGED_BY_LABEL) == MANAGER
    return managed and labels.get(PLATFORM_LABEL) == platform.name


def adopted(item: Object, platform: Platform, *, owned: bool = True) -> Object:
    """Return the object with the platform's label and, unless it must outlive the platform, its owner."""
    meta = item["metadata"]
    labels = {**meta.get("labels", {}), PLATFORM_LABEL: platform.name, MANAGED_BY_LABEL: MANAGER}
    owner = {"ownerReferences": [platform.owner]} if owned else {}
    return {**item, "metadata": {**meta, "labels": labels, **owner}}
