"""The parts of Kubernetes objects that the operator reads, as the API server returns them.

Objects to apply are rendered by the charts and stay plain JSON (`types.Object`).
"""

from typing import Any, NotRequired, TypedDict


class OwnerReference(TypedDict):
    uid: str


class ManagedFieldsEntry(TypedDict):
    manager: str
    operation: str
    subresource: NotRequired[str]
    fieldsV1: NotRequired[dict[str, Any]]


class Metadata(TypedDict):
    name: str
    namespace: str
    uid: str
    resourceVersion: str
    generation: NotRequired[int]
    labels: NotRequired[dict[str, str]]
    annotations: NotRequired[dict[str, str]]
    ownerReferences: NotRequired[list[OwnerReference]]
    managedFields: NotRequired[list[ManagedFieldsEntry]]
    deletionTimestamp: NotRequired[str]


class Resource(TypedDict):
    """An object of any kind; the operator adds the kind to items of a list, which lack it."""

    kind: str
    metadata: Metadata


class Secret(Resource):
    data: NotRequired[dict[str, str]]
    """Values in base64."""


class StorageRequests(TypedDict):
    storage: str


class VolumeResources(TypedDict):
    requests: StorageRequests


class ClaimSpec(TypedDict):
    resources: VolumeResources


class PersistentVolumeClaim(Resource):
    spec: ClaimSpec


class ClaimTemplate(TypedDict):
    spec: ClaimSpec


class Container(TypedDict):
    image: str


class PodSpec(TypedDict):
    containers: list[Container]


class TemplateMetadata(TypedDict):
    annotations: NotRequired[dict[str, str]]


class PodTemplate(TypedDict):
    metadata: TemplateMetadata
    spec: PodSpec


class WorkloadSpec(TypedDict):
    replicas: NotRequired[int]
    template: PodTemplate


class WorkloadStatus(TypedDict, total=False):
    observedGeneration: int
    replicas: int
    readyReplicas: int
    updatedReplicas: int


class Workload(Resource):
    """A Deployment or a StatefulSet."""

    spec: WorkloadSpec
    status: NotRequired[WorkloadStatus]


class StatefulSetSpec(WorkloadSpec):
    volumeClaimTemplates: list[ClaimTemplate]


class StatefulSet(Resource):
    spec: StatefulSetSpec
    status: NotRequired[WorkloadStatus]


class Condition(TypedDict):
    type: str
    status: str
    reason: NotRequired[str]
    message: NotRequired[str]


class JobStatus(TypedDict, total=False):
    conditions: list[Condition]


class Job(Resource):
    status: NotRequired[JobStatus]


class Waiting(TypedDict, total=False):
    reason: str


class Terminated(TypedDict):
    finishedAt: str
    message: NotRequired[str]


class ContainerState(TypedDict, total=False):
    waiting: Waiting
    terminated: Terminated


class ContainerStatus(TypedDict):
    image: str
    ready: bool
    restartCount: int
    state: ContainerState
    lastState: NotRequired[ContainerState]


class PodStatus(TypedDict, total=False):
    containerStatuses: list[ContainerStatus]
    conditions: list[Condition]


class Pod(Resource):
    status: NotRequired[PodStatus]


class ClusterStatus(TypedDict, total=False):
    phase: str
    readyInstances: int


class Cluster(Resource):
    """A Cluster of CloudNativePG."""

    status: NotRequired[ClusterStatus]
