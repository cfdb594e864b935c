"""The custom resource as frozen models. Defaults live in the CRD's schema alone: every field here is required."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

GROUP = "eduplatform.dev"
API_VERSION = f"{GROUP}/v1alpha1"
PLATFORM_LABEL = f"{GROUP}/name"
INSTANCE_LABEL = "app.kubernetes.io/instance"
MANAGER = "eduplatform-operator"

Object: TypeAlias = dict[str, Any]
"""A Kubernetes object as JSON."""


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="ignore")


class NamedReference(Model):
    name: str


class Image(Model):
    registry: str
    tag: str
    pull_policy: str
    pull_secrets: list[str]


class Autoscaling(Model):
    enabled: bool
    min_replicas: int
    max_replicas: int
    target_cpu_percent: int = Field(alias="targetCPUPercent")


class Service(Model):
    image: str
    replicas: int
    workers: int
    db_pool_size: int
    pool_max_overflow: int
    autoscaling: Autoscaling
    resources: Object
    env: list[Object]


class CourseService(Service):
    search: Literal["fulltext", "ilike"]
    cache: Literal["none", "memory", "redis"]


class Services(Model):
    identity: Service
    course: CourseService
    enrollment: Service
    payment: Service
    notification: Service

    def of(self, name: str) -> Service:
        return getattr(self, name)


class Links(Model):
    about: str
    help: str
    terms: str
    privacy: str


class Frontend(Model):
    enabled: bool
    replicas: int
    image: str
    links: Links
    support_email: str


class Storage(Model):
    size: str
    storage_class_name: str


class ExternalDatabase(Model):
    secret_ref: NamedReference


class Postgres(Model):
    provider: Literal["builtin", "cloudnative-pg", "external"]
    version: str
    max_connections: int
    storage: Storage
    retention_policy: Literal["Retain", "Delete"]
    password_rotation_token: str
    external: dict[str, ExternalDatabase] | None = None
    """Set only with the provider `external`."""


class Redis(Model):
    provider: Literal["builtin", "external", "none"]
    secret_ref: NamedReference


class Events(Model):
    transport: Literal["http", "redis"]


class Tls(Model):
    secret_name: str


class Exposure(Model):
    type: Literal["None", "Ingress", "Gateway"]
    host: str
    port: int
    class_name: str
    tls: Tls
    gateway_ref: Object | None = None
    """Set only with the type `Gateway`."""


class ServiceKeys(Model):
    rotation_token: str


class Admin(Model):
    email: str
    password_secret_ref: NamedReference


class Migrations(Model):
    active_deadline_seconds: int
    backoff_limit: int


class Seed(Model):
    enabled: bool
    size: str
    run_token: str


class Mix(Model):
    student: int
    search: int
    teacher: int


class Thresholds(Model):
    p99_ms: int
    error_percent: int


class LoadTest(Model):
    run_token: str
    users: int
    spawn_rate: int
    duration: str
    workers: int
    mix: Mix
    thresholds: Thresholds


class Dashboards(Model):
    labels: dict[str, str]


class Monitoring(Model):
    prometheus: Literal["builtin", "none"]
    grafana: Literal["builtin", "none"]
    service_monitor: Literal["Auto", "Enabled", "Disabled"]
    dashboards: Dashboards


class Spec(Model):
    profile: Literal["standard", "baseline"]
    suspended: bool
    rate_limits: Literal["standard", "off"]
    image: Image
    services: Services
    frontend: Frontend
    postgres: Postgres
    redis: Redis
    events: Events
    exposure: Exposure
    admin: Admin
    service_keys: ServiceKeys
    migrations: Migrations
    seed: Seed
    load_test: LoadTest
    monitoring: Monitoring


@dataclass(frozen=True)
class Key:
    """The namespace and name of an EduPlatform."""

    namespace: str
    name: str


@dataclass(frozen=True)
class Platform:
    """An EduPlatform as it was read from the API server."""

    key: Key
    uid: str
    generation: int
    deleting: bool
    spec: Spec
    status: Object

    @classmethod
    def read(cls, source: Object) -> "Platform":
        """Return the platform; raise `pydantic.ValidationError` for what the CRD's schema would reject."""
        meta = source["metadata"]
        return cls(
            key=Key(meta["namespace"], meta["name"]),
            uid=meta["uid"],
            generation=meta["generation"],
            deleting="deletionTimestamp" in meta,
            spec=Spec.model_validate(source["spec"]),
            status=source.get("status", {}),
        )

    @property
    def name(self) -> str:
        return self.key.name

    def release(self, part: str) -> str:
        """Return the name of a component's release, and of its objects."""
        return f"{self.name}-{part}"

    @property
    def owner(self) -> Object:
        """Return the owner reference for everything that is deleted with the platform."""
        return {
            "apiVersion": API_VERSION,
            "kind": "EduPlatform",
            "name": self.name,
            "uid": self.uid,
            "controller": True,
            "blockOwnerDeletion": False,
        }
