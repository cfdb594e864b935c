"""Provisioning of a service's database: three providers behind one interface."""

from typing import Protocol

from edu_operator import values
from edu_operator.observe import Observed
from edu_operator.render import Renderer
from edu_operator.status import STARTING, Problem, missing_url, rolled_out
from edu_operator.types import Object, Platform


class Provider(Protocol):
    async def objects(self, platform: Platform, service: str) -> list[Object]:
        """Return the objects that make up the database."""
        ...

    def problem(self, platform: Platform, service: str, observed: Observed) -> Problem | None:
        """Return why the database does not accept connections, or None when it does."""
        ...


class Builtin:
    """A StatefulSet with one Postgres."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    async def objects(self, platform: Platform, service: str) -> list[Object]:
        return await self._renderer.render(values.postgres(platform, service))

    def problem(self, platform: Platform, service: str, observed: Observed) -> Problem | None:
        if rolled_out(observed.stateful_set(platform, platform.release(f"postgres-{service}"))):
            return None
        return Problem(f"postgres-{service}", STARTING, f"postgres-{service}: does not accept connections yet")


class CloudNativePG:
    """A Cluster object, which the CloudNativePG operator reconciles."""

    async def objects(self, platform: Platform, service: str) -> list[Object]:
        settings = platform.spec.postgres
        storage = {"size": settings.storage.size}
        if settings.storage.storage_class_name:
            storage["storageClass"] = settings.storage.storage_class_name
        login = {"name": values.database_secret(platform, service)}
        return [
            {
                "apiVersion": "postgresql.cnpg.io/v1",
                "kind": "Cluster",
                "metadata": {
                    "name": platform.release(f"postgres-{service}"),
                    "namespace": platform.key.namespace,
                },
                "spec": {
                    "instances": 1,
                    "imageName": f"ghcr.io/cloudnative-pg/postgresql:{settings.version}",
                    "storage": storage,
                    "postgresql": {"parameters": {"max_connections": str(settings.max_connections), "jit": "off"}},
                    "bootstrap": {"initdb": {"database": service, "owner": service, "secret": login}},
                },
            }
        ]

    def problem(self, platform: Platform, service: str, observed: Observed) -> Problem | None:
        cluster = observed.cluster(platform, platform.release(f"postgres-{service}"))
        status = cluster.get("status") if cluster else None
        if status and status.get("readyInstances", 0) >= 1:
            return None
        phase = status.get("phase", "not started") if status else "not started"
        return Problem(f"postgres-{service}", STARTING, f"postgres-{service}: {phase}")


class External:
    """An external database, known by its URL; whether it accepts connections shows when it is migrated."""

    async def objects(self, platform: Platform, service: str) -> list[Object]:
        return []

    def problem(self, platform: Platform, service: str, observed: Observed) -> Problem | None:
        secret = values.database_secret(platform, service)
        if observed.url(platform, secret):
            return None
        return missing_url(f"postgres-{service}", f"spec.postgres.external.{service}", secret)


def provider(platform: Platform, renderer: Renderer) -> Provider:
    kind = platform.spec.postgres.provider
    if kind == "builtin":
        return Builtin(renderer)
    return CloudNativePG() if kind == "cloudnative-pg" else External()
