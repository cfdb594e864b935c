"""The values of each chart: pure functions of the platform."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from edu_operator.types import GROUP, CourseService, Frontend, Object, Platform, Service
from edu_topology import PORTS

FRONTEND_PORT = 3001
FIRST_METRICS_PORT = 9101
BASELINE = {"db_pool_size": 5, "pool_max_overflow": 0, "search": "ilike", "cache": "none"}
"""The deliberate bottlenecks of version 0.1.0, by field of a service's spec."""
DEFAULT_RESOURCES: dict[str, Object] = {"requests": {"cpu": None, "memory": None}, "limits": {"memory": None}}
"""Defaults of the charts; null removes a default from Helm's values."""
SERVICE_PUBLIC_KEYS = "service-keys.json"
CREDENTIALS_DIGITS = 16
CREDENTIALS_ANNOTATION = f"{GROUP}/credentials"
KEY_DIRECTORY = "/etc/eduplatform"
CLUSTER_NETWORKS = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"


@dataclass(frozen=True)
class Release:
    """A chart with its values, as `helm template` takes them."""

    chart: str
    name: str
    namespace: str
    values: Object

    @property
    def digest(self) -> str:
        return digest([self.chart, self.name, self.namespace, self.values])


def digest(value: Any, length: int = 64) -> str:
    """Return a hexadecimal hash that is the same for equal values, in any process."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:length]


def release(platform: Platform, part: str, chart: str, values: Object) -> Release:
    return Release(chart, platform.release(part), platform.key.namespace, {"platform": platform.name, **values})


def image(platform: Platform, part: str, reference: str = "") -> Object:
    source = platform.spec.image
    return {
        "registry": source.registry,
        "repository": f"edu-{part}",
        "tag": source.tag,
        "reference": reference,
        "pullPolicy": source.pull_policy,
        "pullSecrets": source.pull_secrets,
    }


def public_url(platform: Platform) -> str:
    exposure = platform.spec.exposure
    port = f":{exposure.port}" if exposure.port else ""
    return f"{'https' if exposure.tls.secret_name else 'http'}://{exposure.host}{port}"


def peers(platform: Platform) -> dict[str, str]:
    return {name: f"http://{platform.release(name)}:{port}" for name, port in PORTS.items()}


def metrics(platform: Platform, name: str) -> list[str]:
    """Return host and port of the metrics of each of a service's processes; the name resolves to every pod."""
    workers = range(platform.spec.services.of(name).workers)
    return [f"{platform.release(name)}-metrics:{FIRST_METRICS_PORT + number}" for number in workers]


def database_secret(platform: Platform, service: str) -> str:
    external = platform.spec.postgres.external
    return external[service].secret_ref.name if external else platform.release(f"postgres-{service}")


def service_private_key(service: str) -> str:
    """Return the key in the platform's Secret for a service's signing key."""
    return f"{service}.jwk"


def admin_secret(platform: Platform) -> str:
    return platform.spec.admin.password_secret_ref.name or platform.release("admin")


def service_spec(platform: Platform, name: str) -> Service:
    """Return a service's part of the spec; the profile `baseline` overrides the settings that it covers."""
    spec = platform.spec.services.of(name)
    if platform.spec.profile == "standard":
        return spec
    known = type(spec).model_fields
    return spec.model_copy(update={field: value for field, value in BASELINE.items() if field in known})


def pool(platform: Platform, service: str) -> Object:
    spec = service_spec(platform, service)
    return {"size": spec.db_pool_size, "maxOverflow": spec.pool_max_overflow}


def resources(settings: Service) -> Object:
    """Return a service's resources so that they replace the chart's defaults, with which Helm would merge them."""
    return {part: {**unset, **settings.resources.get(part, {})} for part, unset in DEFAULT_RESOURCES.items()}


def service(platform: Platform, name: str, *, credentials: str) -> Release:
    """Return the release of a service; a change of `credentials`, the hash of its Secrets' contents, rolls it."""
    settings = platform.spec.services.of(name)
    scaling = settings.autoscaling
    values: Object = {
        "image": image(platform, name, settings.image),
        "replicas": settings.replicas,
        "workers": settings.workers,
        "autoscaling": scaling.model_dump(by_alias=True),
        "pool": pool(platform, name),
        "resources": resources(settings),
        "database": {"secretName": database_secret(platform, name), "secretKey": "url"},
        "platformSecret": {"name": platform.release("platform"), "key": "secret"},
        "redis": {"secretName": redis_secret(platform)},
        "peers": peers(platform),
        "settings": _settings(platform, name),
        "env": settings.env,
        "migrations": {"enabled": True, **platform.spec.migrations.model_dump(by_alias=True)},
        "podAnnotations": {CREDENTIALS_ANNOTATION: credentials},
    }
    if name == "identity":
        values |= _identity(platform)
    return release(platform, name, name, values)


def _settings(platform: Platform, name: str) -> Object:
    common = {
        "RATE_LIMITS": platform.spec.rate_limits,
        "EVENT_TRANSPORT": platform.spec.events.transport,
        "PUBLIC_URL": public_url(platform),
        "TRUSTED_PROXIES": CLUSTER_NETWORKS,
    }
    own: dict[str, Object] = {
        "identity": {
            "JWT_PRIVATE_KEY_FILE": f"{KEY_DIRECTORY}/jwt.pem",
            "BOOTSTRAP_ADMIN_EMAIL": platform.spec.admin.email,
        },
        "course": _strategies(service_spec(platform, name)),
        "notification": {"MAIL_TRANSPORT": "folder", "MAIL_FOLDER": "/tmp/mail"},  # noqa: S108 - the pod's own volume
    }
    return common | own.get(name, {})


def _strategies(spec: Service) -> Object:
    return {"SEARCH": spec.search, "CACHE": spec.cache} if isinstance(spec, CourseService) else {}


def _identity(platform: Platform) -> Object:
    key = {"secretName": platform.release("platform"), "items": [{"key": "jwt.pem", "path": "jwt.pem"}]}
    return {
        "secrets": {"BOOTSTRAP_ADMIN_PASSWORD": {"name": admin_secret(platform), "key": "password"}},
        "volumes": [{"name": "keys", "secret": key}],
        "volumeMounts": [{"name": "keys", "mountPath": KEY_DIRECTORY, "readOnly": True}],
    }


def staged(whole: Release, stage: str) -> Release:
    """Return the release with only the `migration`, or only the `workload`, of a service."""
    return Release(whole.chart, whole.name, whole.namespace, {**whole.values, "render": stage})


def postgres(platform: Platform, service_name: str) -> Release:
    """Return the release with a StatefulSet for the service's database."""
    settings = platform.spec.postgres
    values: Object = {
        "image": {"tag": settings.version, "pullPolicy": platform.spec.image.pull_policy},
        "credentials": {"secretName": database_secret(platform, service_name)},
        "maxConnections": settings.max_connections,
        "storage": settings.storage.model_dump(by_alias=True),
        "networkPolicy": {"client": service_name},
    }
    return release(platform, f"postgres-{service_name}", "postgres", values)


def redis_secret(platform: Platform) -> str:
    provider = platform.spec.redis.provider
    return {"builtin": platform.release("redis"), "external": platform.spec.redis.secret_ref.name}.get(provider, "")


def external_secrets(platform: Platform) -> set[str]:
    """Return the names of Secrets that belong to others, with the URLs of databases and of Redis."""
    databases = {database_secret(platform, name) for name in PORTS} if platform.spec.postgres.external else set[str]()
    return databases | ({redis_secret(platform)} if platform.spec.redis.provider == "external" else set[str]())


def redis(platform: Platform, *, credentials: str) -> Release:
    values = {
        "image": {"pullPolicy": platform.spec.image.pull_policy},
        "credentials": {"secretName": redis_secret(platform)},
        "podAnnotations": {CREDENTIALS_ANNOTATION: credentials},
    }
    return release(platform, "redis", "redis", values)


def frontend(platform: Platform) -> Release:
    settings = platform.spec.frontend
    values = {
        "image": image(platform, "frontend", settings.image),
        "replicas": settings.replicas,
        "peers": peers(platform),
        "settings": {"PUBLIC_URL": public_url(platform), **_own_pages(settings)},
    }
    return release(platform, "frontend", "frontend", values)


def _own_pages(settings: Frontend) -> dict[str, str]:
    """Return the settings of the front end for the links that are given, so that its pods roll for no other."""
    links = {f"{name.upper()}_URL": url for name, url in settings.links.model_dump().items()}
    return {name: value for name, value in {**links, "SUPPORT_EMAIL": settings.support_email}.items() if value}


def exposure(platform: Platform) -> Release:
    settings = platform.spec.exposure
    values: Object = {
        "type": settings.type,
        "host": settings.host,
        "className": settings.class_name,
        "tls": settings.tls.model_dump(by_alias=True),
        "gatewayRef": settings.gateway_ref or {},
        "services": {name: {"name": platform.release(name), "port": port} for name, port in PORTS.items()},
    }
    if platform.spec.frontend.enabled:
        values["frontend"] = {"name": platform.release("frontend"), "port": FRONTEND_PORT}
    return release(platform, "exposure", "exposure", values)


def monitoring(platform: Platform, *, pod_monitor: bool, operator: Object) -> Release:
    """Return the release of Prometheus and Grafana; `operator` is the Service with the operator's own metrics."""
    settings = platform.spec.monitoring
    values: Object = {
        "operator": operator,
        "prometheus": {"enabled": settings.prometheus == "builtin"},
        "grafana": {"enabled": settings.grafana == "builtin"},
        "dashboards": settings.dashboards.model_dump(),
        "podMonitor": {"enabled": pod_monitor},
    }
    return release(platform, "monitoring", "monitoring", values)


def seed(platform: Platform) -> Release:
    names = {name: {"secretName": database_secret(platform, name), "secretKey": "url"} for name in PORTS}
    values = {"image": image(platform, "seed"), "size": platform.spec.seed.size, "databases": names}
    return release(platform, "seed", "seed", values)


def load_test(platform: Platform) -> Release:
    settings = platform.spec.load_test
    values = {
        "image": image(platform, "loadtest"),
        "peers": peers(platform),
        "metrics": {name: metrics(platform, name) for name in PORTS},
        "users": settings.users,
        "spawnRate": settings.spawn_rate,
        "duration": settings.duration,
        "workers": settings.workers,
        "mix": settings.mix.model_dump(),
        "seedSize": platform.spec.seed.size,
    }
    return release(platform, "loadtest", "loadtest", values)


def named_by(job: Object, inputs: Any) -> Object:
    """Return the Job with a name derived from its inputs: created twice, it exists once."""
    meta = job["metadata"]
    return {**job, "metadata": {**meta, "name": f"{meta['name']}-{digest(inputs, 10)}"}}


def measured_hash(platform: Platform) -> str:
    """Return a hash of everything in the spec that the result of a load test depends on."""
    measured = {"profile", "rate_limits", "image", "services", "redis", "events", "load_test"}
    spec = platform.spec.model_dump(by_alias=True, include=measured)
    return digest(spec, 12)
