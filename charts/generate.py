"""Write what the charts have in common: values of the five services, and the closed schema of every chart.

`python charts/generate.py` writes the files; a test holds that they are what this writes.
"""

import json
from pathlib import Path
from typing import Any

CHARTS = Path(__file__).parent
SERVICES = {
    "identity": (8001, "{}"),
    "course": (8002, "{}"),
    "enrollment": (8003, "{}"),
    "payment": (8004, "{}"),
    "notification": (8005, "{MAIL_FOLDER: /tmp/mail}"),
}

SERVICE_VALUES = """\
# Written by charts/generate.py.
image:
  registry: localhost:5001/edu
  repository: edu-{name}
  tag: ""            # the chart's appVersion when empty
  reference: ""      # a full reference, in place of the three above
  pullPolicy: IfNotPresent
  pullSecrets: []
# The platform that the objects belong to, as the label eduplatform.dev/name.
platform: ""
component: ""
# What to render: all | migration | workload.
render: all
port: {port}
replicas: 1
# Processes in a pod, each a container with its own connection pool and metrics.
workers: 1
autoscaling: {{enabled: false, minReplicas: 2, maxReplicas: 4, targetCPUPercent: 70}}
# Of each process. No limit on CPU: throttling would show as latency.
resources:
  requests: {{cpu: 50m, memory: 192Mi}}
  limits: {{memory: 384Mi}}
# Connections to the database that each process may open.
pool: {{size: 10, maxOverflow: 0}}
# The Secret with DATABASE_URL, and the one that all five services share.
database: {{secretName: "", secretKey: url}}
platformSecret: {{name: "", key: secret}}
# A URL without a password, or a Secret with the key `url`.
redis: {{url: "", secretName: ""}}
# Base URLs of the services, by name.
peers: {{}}
# Further settings as environment variables: plain ones, ones from Secrets, raw entries.
settings: {settings}
secrets: {{}}
env: []
volumes: []
volumeMounts: []
migrations: {{enabled: true, activeDeadlineSeconds: 600, backoffLimit: 2}}
# How long readiness says 503 before the listener closes.
drainSeconds: 5
podAnnotations: {{}}
podLabels: {{}}
nodeSelector: {{}}
tolerations: []
affinity: {{}}
priorityClassName: ""
topologySpread: true
# Rules beside the chart's own: who may connect, and destinations outside of the platform, such as a mail server.
networkPolicy: {{enabled: true, ingress: [], egress: []}}
podDisruptionBudget: {{enabled: true}}
"""

Schema = dict[str, Any]


def closed(**properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def whole(minimum: int, maximum: int) -> Schema:
    return {"type": "integer", "minimum": minimum, "maximum": maximum}


def one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def map_of(item: Schema) -> Schema:
    return {"type": "object", "additionalProperties": item}


TEXT: Schema = {"type": "string"}
LINE: Schema = {"type": "string", "maxLength": 4096, "pattern": r"^[^\x00-\x1f\x7f]*$"}
"""Text without control characters: no value may begin a line of its own in a manifest."""
HOST_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
HOST: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": 253,
    "pattern": rf"^({HOST_LABEL}\.)*[a-z]([-a-z0-9]{{0,61}}[a-z0-9])?$",
}
IMAGE_PATH = r"[a-zA-Z0-9]([-a-zA-Z0-9._]*[a-zA-Z0-9])?(:[0-9]+)?(/[a-z0-9]([-a-z0-9._]*[a-z0-9])?)*"
IMAGE_TAG = r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}"
REGISTRY: Schema = {"type": "string", "maxLength": 400, "pattern": f"^({IMAGE_PATH})?$"}
TAG: Schema = {"type": "string", "pattern": f"^({IMAGE_TAG})?$"}
REFERENCE: Schema = {
    "type": "string",
    "maxLength": 400,
    "pattern": f"^({IMAGE_PATH}(:{IMAGE_TAG})?(@sha256:[0-9a-f]{{64}})?)?$",
}
SECRET_KEY_NAME: Schema = {"type": "string", "maxLength": 253, "pattern": "^[-._a-zA-Z0-9]*$"}
NAME: Schema = {"type": "string", "maxLength": 253, "pattern": r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$"}
SIZE = one_of("small", "full", "x10")
BOOLEAN: Schema = {"type": "boolean"}
ANY_OBJECT: Schema = {"type": "object"}
PORT = whole(1, 65535)
SECONDS = whole(0, 86400)
QUANTITY: Schema = {"type": ["string", "integer"], "pattern": r"^[0-9]+(\.[0-9]+)?(m|k|[KMGTPE]i|[MGTPE])?$"}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]+(ms|s|m|h|d|w))+$"}
URL: Schema = {"type": "string", "pattern": r"^https?://[^/\s]+$"}
VARIABLE: Schema = {"pattern": "^[A-Z_][A-Z0-9_]*$"}

RESOURCES = closed(requests=map_of(QUANTITY), limits=map_of(QUANTITY))
IMAGE = closed(
    registry=REGISTRY,
    repository={**REGISTRY, "minLength": 1},
    tag=TAG,
    reference=REFERENCE,
    pullPolicy=one_of("Always", "IfNotPresent", "Never"),
    pullSecrets=list_of(NAME),
)
SECRET_KEY = closed(secretName=NAME, secretKey=SECRET_KEY_NAME)
ENV = list_of({"type": "object", "required": ["name"], "properties": {"name": LINE}})
PLAIN_ENV: Schema = {**map_of({"type": ["string", "number", "boolean"]}), "propertyNames": VARIABLE}
SECRET_ENV: Schema = {
    **map_of({**closed(name=NAME, key=SECRET_KEY_NAME), "required": ["name", "key"]}),
    "propertyNames": VARIABLE,
}
PEERS: Schema = {**map_of(URL), "propertyNames": {"enum": list(SERVICES)}}
AUTOSCALING = closed(
    enabled=BOOLEAN, minReplicas=whole(1, 50), maxReplicas=whole(1, 50), targetCPUPercent=whole(1, 100)
)
ENABLED = closed(enabled=BOOLEAN)
RULES = list_of(ANY_OBJECT)
NETWORK_POLICY = closed(enabled=BOOLEAN, ingress=RULES, egress=RULES)

PLATFORM = {"platform": NAME, "component": NAME}
POD = {
    "podAnnotations": map_of(TEXT),
    "nodeSelector": map_of(LINE),
    "tolerations": RULES,
    "affinity": ANY_OBJECT,
    "priorityClassName": NAME,
    "networkPolicy": NETWORK_POLICY,
}
LABELS = {"podLabels": map_of(LINE)}
REPLICATED = {
    "port": PORT,
    "replicas": whole(0, 50),
    "autoscaling": AUTOSCALING,
    "drainSeconds": SECONDS,
    "topologySpread": BOOLEAN,
    "podDisruptionBudget": ENABLED,
    "peers": PEERS,
    "settings": PLAIN_ENV,
    "secrets": SECRET_ENV,
    "env": ENV,
}
CONTAINER = {"image": IMAGE, "resources": RESOURCES}

SERVICE: Schema = {
    **CONTAINER,
    **PLATFORM,
    **POD,
    **LABELS,
    **REPLICATED,
    "render": one_of("all", "migration", "workload"),
    "workers": whole(1, 8),
    "pool": closed(size=whole(1, 200), maxOverflow=whole(0, 200)),
    "database": SECRET_KEY,
    "platformSecret": closed(name=NAME, key=SECRET_KEY_NAME),
    "redis": closed(url=LINE, secretName=NAME),
    "volumes": RULES,
    "volumeMounts": RULES,
    "migrations": closed(enabled=BOOLEAN, activeDeadlineSeconds=whole(10, 86400), backoffLimit=whole(0, 10)),
}
JOB: Schema = {**CONTAINER, **PLATFORM, **POD, **LABELS, "env": ENV}
BACKEND: Schema = closed(name=NAME, port=PORT)

CHART_VALUES: dict[str, Schema] = {
    **dict.fromkeys(SERVICES, SERVICE),
    "frontend": {**CONTAINER, **PLATFORM, **POD, **LABELS, **REPLICATED, "readinessPath": LINE},
    "postgres": {
        **CONTAINER,
        **PLATFORM,
        **POD,
        "credentials": closed(secretName=NAME),
        "maxConnections": whole(20, 5000),
        "sharedBuffers": LINE,
        "parameters": map_of({"type": ["string", "number"]}),
        "storage": closed(size=QUANTITY, storageClassName=NAME),
        "networkPolicy": closed(enabled=BOOLEAN, client=NAME, ingress=RULES, egress=RULES),
    },
    "redis": {**CONTAINER, **PLATFORM, **POD, "credentials": closed(secretName=NAME), "maxMemory": LINE},
    "exposure": {
        **PLATFORM,
        "type": one_of("Ingress", "Gateway", "None"),
        "host": HOST,
        "className": NAME,
        "tls": closed(secretName=NAME),
        "gatewayRef": closed(name=NAME, namespace=NAME, sectionName=NAME),
        "annotations": map_of(TEXT),
        "services": {
            **map_of({**BACKEND, "required": ["name", "port"]}),
            "propertyNames": {"enum": list(SERVICES)},
        },
        "frontend": BACKEND,
        "networkPolicy": ENABLED,
    },
    "monitoring": {
        **PLATFORM,
        **POD,
        **LABELS,
        "scrapeInterval": DURATION,
        "operator": closed(namespace=NAME, service=NAME),
        "prometheus": closed(
            **CONTAINER, enabled=BOOLEAN, retention=closed(time=DURATION, size=LINE), volumeSize=QUANTITY
        ),
        "grafana": closed(**CONTAINER, enabled=BOOLEAN, adminPassword=SECRET_KEY),
        "dashboards": closed(labels=map_of(LINE)),
        "podMonitor": closed(enabled=BOOLEAN, labels=map_of(LINE)),
    },
    "seed": {
        **JOB,
        "size": SIZE,
        "databases": closed(**dict.fromkeys(SERVICES, SECRET_KEY)),
        "activeDeadlineSeconds": whole(10, 86400),
        "backoffLimit": whole(0, 10),
    },
    "loadtest": {
        **JOB,
        "resources": closed(master=RESOURCES, worker=RESOURCES),
        "host": URL,
        "peers": PEERS,
        "metrics": {
            **map_of(list_of({"type": "string", "pattern": r"^[^:/\s]+:[0-9]+$"})),
            "propertyNames": {"enum": list(SERVICES)},
        },
        "seedSize": SIZE,
        "users": whole(1, 100_000),
        "spawnRate": whole(1, 1000),
        "duration": {"type": "string", "pattern": "^[1-9][0-9]{0,4}[smh]$"},
        "workers": whole(1, 32),
        "workersMaxWaitSeconds": SECONDS,
        "mix": closed(**dict.fromkeys(("student", "search", "teacher"), whole(0, 100))),
    },
    "eduplatform-operator": {
        **CONTAINER,
        **POD,
        **LABELS,
        "component": NAME,
        "namespaces": list_of(NAME),
        "logLevel": one_of("DEBUG", "INFO", "WARNING", "ERROR"),
        "env": ENV,
    },
    "eduplatform-crds": {},
}
# Helm itself puts these beside a chart's own values.
HELM: Schema = {"global": ANY_OBJECT, "edu-lib": ANY_OBJECT}


def files() -> dict[Path, str]:
    """Every generated file's content."""
    values = {
        CHARTS / name / "values.yaml": SERVICE_VALUES.format(name=name, port=port, settings=settings)
        for name, (port, settings) in SERVICES.items()
    }
    schemas = {CHARTS / name / "values.schema.json": schema(fields) for name, fields in CHART_VALUES.items()}
    return values | schemas


def schema(fields: Schema) -> str:
    document = {"$schema": "http://json-schema.org/draft-07/schema#", **closed(**fields, **HELM)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, content in files().items():
        path.write_text(content)
