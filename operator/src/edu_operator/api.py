"""The few requests to the Kubernetes API that the operator makes, over aiohttp, which kopf depends on."""

import base64
import json
import ssl
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

import aiohttp
import kopf

from edu_operator import metrics
from edu_operator.types import API_VERSION, MANAGER, Object

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
TOKEN_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


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
    """Return where the API server is and the credentials for it, from the pod's service account or the kubeconfig."""
    return kopf.login_with_service_account(settings=settings) or kopf.login_with_kubeconfig(settings=settings)


class Api:
    """One connection to the API server, as the pod's service account or, outside a cluster, by the kubeconfig."""

    def __init__(self) -> None:
        found = login(kopf.OperatorSettings())
        if found is None:
            raise RuntimeError("no service account and no kubeconfig: run in a pod, or set KUBECONFIG")
        self._server = found.server
        self._token = found.token
        connector = aiohttp.TCPConnector(ssl=_tls(found), limit=8)
        self._session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """Return the object, None where there is none."""
        try:
            return await self._call("GET", _path(kind, namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    async def list_objects(self, kind: str, namespace: str, selector: str) -> list[Object]:
        """Return the objects of a kind that a label selector matches, each with its kind."""
        found = await self._call("GET", _path(kind, namespace), params={"labelSelector": selector})
        return [{"kind": kind, **item} for item in found["items"]]

    async def create(self, source: Object) -> Object:
        """Create an object.

        Raises:
            ApiError: with status 409 when there is one of this name.
        """
        return await self._call("POST", _path(source["kind"], source["metadata"]["namespace"]), body=source)

    async def apply(self, source: Object, manager: str = MANAGER, *, force: bool = True) -> Object:
        """Server-side apply, winning conflicts when forced.

        Raises:
            ApiError: with status 409 when it is not forced and another manager set one of the fields otherwise.
        """
        params = {"fieldManager": manager, "force": json.dumps(force)}
        return await self._patch(source, "application/apply-patch+yaml", source, params)

    async def merge(self, target: Object, change: Object) -> Object:
        """Merge a change into an object."""
        return await self._patch(target, "application/merge-patch+json", change, {"fieldManager": MANAGER})

    async def json_patch(self, target: Object, steps: list[Object], subresource: str = "") -> Object:
        """Change an object step by step.

        Raises:
            ApiError: with status 422 when a `test` among the steps fails.
        """
        return await self._patch(target, "application/json-patch+json", steps, {"fieldManager": MANAGER}, subresource)

    async def delete(self, target: Object, *, dependents: Literal["Background", "Orphan"] = "Background") -> None:
        """Delete this very object, its dependents later or not at all; harmless when it is gone."""
        meta = target["metadata"]
        body = {"propagationPolicy": dependents, "preconditions": {"uid": meta["uid"]}}
        try:
            await self._call("DELETE", _path(target["kind"], meta["namespace"], meta["name"]), body=body)
        except ApiError as error:
            if error.status not in {404, 409}:
                raise

    async def _patch(
        self, target: Object, media: str, body: Any, params: dict[str, str], subresource: str = ""
    ) -> Object:
        path = _path(target["kind"], target["metadata"]["namespace"], target["metadata"]["name"])
        return await self._call("PATCH", path + subresource, body=body, params=params, media=media)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: dict[str, str] | None = None,
        media: str = "application/json",
    ) -> Any:
        metrics.API_REQUESTS.labels(method).inc()
        data = None if body is None else json.dumps(body)
        headers = {"Content-Type": media, **self._authorization()}
        async with self._session.request(
            method, f"{self._server}{path}", data=data, params=params, headers=headers
        ) as response:
            if response.status >= 400:
                raise ApiError(response.status, f"{method} {path}: {_message(await response.text())}")
            return await response.json()

    def _authorization(self) -> dict[str, str]:
        """Return the header with the token, which the kubelet renews in its file."""
        token = TOKEN_FILE.read_text().strip() if TOKEN_FILE.exists() else self._token
        return {"Authorization": f"Bearer {token}"} if token else {}


def _path(kind: str, namespace: str, name: str = "") -> str:
    api, plural = KINDS[kind]
    root = "/apis" if "/" in api else "/api"
    return f"{root}/{api}/namespaces/{namespace}/{plural}" + (f"/{name}" if name else "")


def _message(text: str) -> str:
    try:
        return json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        return text[:300]


def _tls(found: kopf.ConnectionInfo) -> ssl.SSLContext:
    authority = base64.b64decode(found.ca_data).decode() if found.ca_data else None
    context = ssl.create_default_context(cafile=found.ca_path, cadata=authority)
    if found.certificate_path and found.private_key_path:
        context.load_cert_chain(found.certificate_path, found.private_key_path)
    elif found.certificate_data and found.private_key_data:
        with tempfile.NamedTemporaryFile() as file:
            file.write(base64.b64decode(found.certificate_data) + b"\n" + base64.b64decode(found.private_key_data))
            file.flush()
            context.load_cert_chain(file.name)
    return context
