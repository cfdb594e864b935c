"""The few requests to the Kubernetes API that the operator makes, by the official client.

Bodies and responses stay JSON: what is applied comes from the charts, and what is read has types in `objects`.
"""

# pyright: reportUnknownMemberType=false
# The client's methods have no type annotations.

import json
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, cast

import aiohttp
import kopf
from kubernetes.aio import config
from kubernetes.aio.client.api_client import ApiClient
from kubernetes.aio.client.configuration import Configuration

from edu_operator import metrics
from edu_operator.types import API_VERSION, MANAGER, Object

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
MAX_CONNECTIONS = 8


class Kind(NamedTuple):
    api: str
    plural: str


KINDS = {
    "EduPlatform": Kind(API_VERSION, "eduplatforms"),
    "ConfigMap": Kind("v1", "configmaps"),
    "Event": Kind("v1", "events"),
    "PersistentVolumeClaim": Kind("v1", "persistentvolumeclaims"),
    "Pod": Kind("v1", "pods"),
    "Secret": Kind("v1", "secrets"),
    "Service": Kind("v1", "services"),
    "ServiceAccount": Kind("v1", "serviceaccounts"),
    "Deployment": Kind("apps/v1", "deployments"),
    "StatefulSet": Kind("apps/v1", "statefulsets"),
    "Job": Kind("batch/v1", "jobs"),
    "HorizontalPodAutoscaler": Kind("autoscaling/v2", "horizontalpodautoscalers"),
    "Ingress": Kind("networking.k8s.io/v1", "ingresses"),
    "NetworkPolicy": Kind("networking.k8s.io/v1", "networkpolicies"),
    "PodDisruptionBudget": Kind("policy/v1", "poddisruptionbudgets"),
    "Role": Kind("rbac.authorization.k8s.io/v1", "roles"),
    "RoleBinding": Kind("rbac.authorization.k8s.io/v1", "rolebindings"),
    "HTTPRoute": Kind("gateway.networking.k8s.io/v1", "httproutes"),
    "Cluster": Kind("postgresql.cnpg.io/v1", "clusters"),
    "PodMonitor": Kind("monitoring.coreos.com/v1", "podmonitors"),
}


class ApiError(Exception):
    """An error response of the API server; `status` is its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def login(settings: kopf.OperatorSettings, **_: Any) -> kopf.ConnectionInfo | None:
    """Return the credentials of kopf's watches, from the pod's service account or the kubeconfig."""
    return kopf.login_with_service_account(settings=settings) or kopf.login_with_kubeconfig(settings=settings)


async def connect() -> ApiClient:
    """Return a client, as the pod's service account or, outside a cluster, by the kubeconfig.

    Raises:
        config.ConfigException: there is neither.
    """
    configuration = Configuration()
    configuration.connection_pool_maxsize = MAX_CONNECTIONS
    try:
        config.load_incluster_config(client_configuration=configuration)
    except config.ConfigException:
        await config.load_kube_config(client_configuration=configuration)
    return ApiClient(configuration)


class Api:
    """The API server."""

    def __init__(self, client: ApiClient) -> None:
        self.client = client

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.client.close()

    async def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the object, or None when there is none."""
        try:
            return await self._request("GET", _path(kind, namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    async def list_objects(self, kind: str, namespace: str, selector: str = "") -> list[Object]:
        """Return the objects of a kind that match a label selector, each with its kind."""
        found = await self._request("GET", _path(kind, namespace), query={"labelSelector": selector})
        return [{"kind": kind, **item} for item in found["items"]]

    async def create(self, source: Object) -> Object:
        """Create an object.

        Raises:
            ApiError: with status 409 when there is one of this name.
        """
        return await self._request("POST", _path(source["kind"], source["metadata"]["namespace"]), body=source)

    async def apply(self, source: Object, manager: str = MANAGER, *, force: bool = True) -> Object:
        """Apply an object on the server side; with force, take over conflicting fields.

        Raises:
            ApiError: with status 409 when not forced and another manager set one of the fields to another value.
        """
        query = {"fieldManager": manager, "force": json.dumps(force)}
        return await self._patch(source, "application/apply-patch+yaml", source, query)

    async def merge(self, target: Object, change: Object) -> Object:
        """Apply a merge patch to an object."""
        return await self._patch(target, "application/merge-patch+json", change, {"fieldManager": MANAGER})

    async def json_patch(self, target: Object, steps: list[Object], subresource: str = "") -> Object:
        """Apply a JSON patch to an object.

        Raises:
            ApiError: with status 422 when a `test` among the steps fails.
        """
        return await self._patch(target, "application/json-patch+json", steps, {"fieldManager": MANAGER}, subresource)

    async def delete(self, target: Object, *, dependents: Literal["Background", "Orphan"] = "Background") -> None:
        """Delete exactly this object, its dependents later or not at all; do nothing when it is already gone."""
        meta = target["metadata"]
        body = {"propagationPolicy": dependents, "preconditions": {"uid": meta["uid"]}}
        try:
            await self._request("DELETE", _path(target["kind"], meta["namespace"], meta["name"]), body=body)
        except ApiError as error:
            if error.status not in {404, 409}:
                raise

    async def _patch(
        self, target: Object, media_type: str, body: Any, query: dict[str, str], subresource: str = ""
    ) -> Object:
        path = _path(target["kind"], target["metadata"]["namespace"], target["metadata"]["name"])
        return await self._request("PATCH", path + subresource, body=body, query=query, media_type=media_type)

    async def _request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: dict[str, str] | None = None,
        media_type: str = "application/json",
    ) -> Any:
        metrics.API_REQUESTS.labels(method).inc()
        request = await self.client.param_serialize(
            method,
            path,
            query_params=list((query or {}).items()),
            header_params={"Accept": "application/json", "Content-Type": media_type},
            body=body,
            auth_settings=["BearerToken"],
        )
        response = await self.client.call_api(*request, _request_timeout=TIMEOUT)
        text = cast("bytes", await response.read())
        if response.status >= 400:
            raise ApiError(cast("int", response.status), f"{method} {path}: {_message(text)}")
        return json.loads(text)


def _path(kind: str, namespace: str, name: str = "") -> str:
    api, plural = KINDS[kind]
    root = "/apis" if "/" in api else "/api"
    return f"{root}/{api}/namespaces/{namespace}/{plural}" + (f"/{name}" if name else "")


def _message(text: bytes) -> str:
    try:
        return json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        return text.decode(errors="replace")[:300]
