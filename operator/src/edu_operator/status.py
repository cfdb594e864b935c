"""From the observed objects to `status`: pure functions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from edu_operator import values
from edu_operator.jobs import FAILED, RUNNING, SUCCEEDED
from edu_operator.objects import ContainerStatus, Pod, StatefulSet, Workload
from edu_operator.observe import Observed
from edu_operator.types import Object, Platform

HISTORY = 5
WAITING = {
    "ErrImagePull": "ImagePullBackOff",
    "ImagePullBackOff": "ImagePullBackOff",
    "ErrImageNeverPull": "ErrImageNeverPull",
    "InvalidImageName": "InvalidImageName",
    "CreateContainerConfigError": "CreateContainerConfigError",
    "CreateContainerError": "CreateContainerError",
    "RunContainerError": "RunContainerError",
    "CrashLoopBackOff": "CrashLoopBackOff",
}
"""Reasons of a container that does not start without intervention; synonyms are mapped to one reason."""
MIN_CRASHES = 2
STARTING = "Starting"
"""The reason of a database that is starting and will accept connections."""
NOT_OWNED = "NotOwned"
"""The reason of an object that is left alone because it belongs to someone else."""
SEEDED = {SUCCEEDED, "AlreadySeeded"}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a component."""

    component: str
    reason: str
    message: str


def missing_url(component: str, where: str, secret: str) -> Problem:
    message = (
        f"{component}: {where}.secretRef names the Secret {secret}, which is not there or has no key url; "
        "create it, or correct the name"
    )
    return Problem(component, "SecretMissing", message)


@dataclass
class Findings:
    """The findings of a reconcile pass other than the objects themselves."""

    databases: dict[str, Problem | None] = field(default_factory=dict[str, Problem | None])
    """By service; None when the database accepts connections."""
    migrations: dict[str, Object] = field(default_factory=dict[str, Object])
    seed: Object = field(default_factory=dict[str, Any])
    load_test: Object = field(default_factory=dict[str, Any])
    history: list[Object] = field(default_factory=list[Object])
    problems: list[Problem] = field(default_factory=list[Problem])

    @classmethod
    def of(cls, status: Object) -> "Findings":
        """Return what the last status recorded of objects that may have been deleted since."""
        return cls(
            migrations={item["service"]: item for item in status.get("migrations", [])},
            seed=status.get("seed", {}),
            load_test=status.get("loadTest", {}),
            history=status.get("loadTestHistory", []),
        )

    def archive_load_test(self) -> None:
        """Keep the last run without the results of individual operations, which would make up most of the object."""
        if self.load_test:
            run = {name: value for name, value in self.load_test.items() if name != "operations"}
            self.history = [run, *self.history][:HISTORY]


def rolled_out(workload: Workload | StatefulSet | None) -> bool:
    """Return whether a Deployment or StatefulSet runs exactly its current spec."""
    if workload is None:
        return False
    state, wanted = workload.get("status", {}), workload["spec"].get("replicas", 1)
    counts = (state.get("updatedReplicas", 0), state.get("readyReplicas", 0), state.get("replicas", 0))
    seen = state.get("observedGeneration", 0) >= workload["metadata"].get("generation", 0)
    return seen and all(count == wanted for count in counts)


def pod_problem(component: str, pods: list[Pod]) -> Problem | None:
    """Return the problem of the first pod of a component that does not start without intervention."""
    for pod in pods:
        for status in pod.get("status", {}).get("containerStatuses", []):
            if reason := _container_reason(status):
                return Problem(component, reason, f"{component}: {reason}, image {status['image']}")
        for condition in pod.get("status", {}).get("conditions", []):
            if condition.get("reason") == "Unschedulable":
                message = condition.get("message", "")
                return Problem(component, "Unschedulable", f"{component}: {message}"[:600])
    return None


def _container_reason(status: ContainerStatus) -> str | None:
    waiting = WAITING.get(status["state"].get("waiting", {}).get("reason", ""))
    if waiting:
        return waiting
    crashed = status["restartCount"] >= MIN_CRASHES and "terminated" in status.get("lastState", {})
    return "CrashLoopBackOff" if crashed and not status["ready"] else None


def serving(platform: Platform) -> list[str]:
    """Return the components that users access."""
    return [*values.PORTS, *(["frontend"] if platform.spec.frontend.enabled else [])]


def required(platform: Platform) -> list[str]:
    """Return the components whose Deployments must be available for the platform to be Ready."""
    return [*serving(platform), *(["redis"] if platform.spec.redis.provider == "builtin" else [])]


def _watched(platform: Platform) -> dict[str, str]:
    """Return each component that has pods, and the instance label of its pods."""
    names = [*(f"postgres-{name}" for name in values.PORTS), *required(platform), "seed", "loadtest", "monitoring"]
    return {name: platform.release(name) for name in names}


def services(platform: Platform, observed: Observed, run: Object) -> list[Object]:
    """Return `status.services`; `run`, the last load test, contains the number of connections in use."""
    peaks = run.get("peakConnections", {})
    found = [_service(platform, observed, component) for component in serving(platform)]
    return [item | ({"peakConnections": peaks[item["name"]]} if item["name"] in peaks else {}) for item in found]


def _service(platform: Platform, observed: Observed, component: str) -> Object:
    deployment = observed.deployment(platform, platform.release(component))
    port = values.PORTS.get(component, values.FRONTEND_PORT)
    url = f"http://{platform.release(component)}:{port}"
    entry: Object = {"name": component, "ready": 0, "desired": 0, "url": url}
    if component in values.PORTS:
        pool = values.pool(platform, component)
        entry["poolSize"] = pool["size"] + pool["maxOverflow"]
    if deployment:
        template = deployment["spec"]["template"]
        entry["desired"] = deployment["spec"].get("replicas", 1)
        entry["ready"] = _up_to_date_and_ready(deployment)
        entry["image"] = template["spec"]["containers"][0]["image"]
        entry["configHash"] = template["metadata"].get("annotations", {}).get("eduplatform.dev/config", "")
    return entry


def _up_to_date_and_ready(deployment: Workload) -> int:
    state = deployment.get("status", {})
    if state.get("observedGeneration", 0) < deployment["metadata"].get("generation", 0):
        return 0
    return min(state.get("updatedReplicas", 0), state.get("readyReplicas", 0))


def build(platform: Platform, observed: Observed, findings: Findings, now: datetime) -> Object:
    """Return the complete status."""
    problems = [*findings.problems, *_pod_problems(platform, observed)]
    conditions = _conditions(platform, observed, findings, problems)
    ready = [component for component in serving(platform) if _is_rolled_out(platform, observed, component)]
    up = [problem for problem in findings.databases.values() if problem is None]
    status: Object = {
        "observedGeneration": platform.generation,
        "phase": _phase(platform, conditions),
        "version": platform.spec.image.tag,
        "servicesReady": f"{len(ready)}/{len(serving(platform))}",
        "databasesReady": f"{len(up)}/{len(values.PORTS)}",
        "conditions": _dated(platform, conditions, now),
        "services": services(platform, observed, findings.load_test),
        "migrations": [findings.migrations[name] for name in values.PORTS if name in findings.migrations],
    }
    if platform.spec.exposure.type != "None":
        status["url"] = values.public_url(platform)
    kept = {"seed": findings.seed, "loadTest": findings.load_test, "loadTestHistory": findings.history}
    return status | {name: content for name, content in kept.items() if content}


def is_ready(platform: Platform, observed: Observed, findings: Findings) -> bool:
    """Return whether the platform is as its spec describes it."""
    problems = [*findings.problems, *_pod_problems(platform, observed)]
    return _conditions(platform, observed, findings, problems)["Ready"][1] == "True"


def _is_rolled_out(platform: Platform, observed: Observed, component: str) -> bool:
    return rolled_out(observed.deployment(platform, platform.release(component)))


def _pod_problems(platform: Platform, observed: Observed) -> list[Problem]:
    found = [pod_problem(name, observed.pods(release)) for name, release in _watched(platform).items()]
    return [problem for problem in found if problem]


Condition = tuple[str, str, str, str]
"""Type, status, reason, message."""


def _conditions(
    platform: Platform, observed: Observed, findings: Findings, problems: list[Problem]
) -> dict[str, Condition]:
    found = [
        _databases(findings),
        _migrated(findings),
        _available(platform, observed),
        *([_seeded(findings)] if platform.spec.seed.enabled else []),
        *([_load_tested(findings)] if findings.load_test else []),
        _degraded(problems),
    ]
    return {condition[0]: condition for condition in [_ready(platform, found), *found]}


def _ready(platform: Platform, found: list[Condition]) -> Condition:
    if platform.spec.suspended:
        return ("Ready", "False", "Suspended", "spec.suspended: the operator changes nothing")
    prerequisites = {"DatabasesReady", "Migrated", "ServicesAvailable", "Seeded"}
    missing = [condition for condition in found if condition[0] in prerequisites and condition[1] != "True"]
    if missing:
        _, _, reason, message = missing[0]
        return ("Ready", "False", reason, message)
    return ("Ready", "True", "AsDescribed", "every component is as the spec describes it")


def _databases(findings: Findings) -> Condition:
    problems = [findings.databases[name] for name in values.PORTS if findings.databases.get(name)]
    first = min((problem for problem in problems if problem), key=lambda it: it.reason == STARTING, default=None)
    if first:
        return ("DatabasesReady", "False", first.reason, first.message)
    return ("DatabasesReady", "True", "AcceptConnections", "every service's database accepts connections")


def _migrated(findings: Findings) -> Condition:
    states = {name: findings.migrations.get(name, {}).get("state") for name in values.PORTS}
    failed = [name for name, state in states.items() if state == FAILED]
    if failed:
        messages = "; ".join(f"{name}: {findings.migrations[name].get('message', '')}" for name in failed)
        return ("Migrated", "False", "MigrationFailed", messages[:1000])
    waiting = [name for name, state in states.items() if state != SUCCEEDED]
    if waiting:
        return ("Migrated", "False", "Migrating", f"not migrated yet: {', '.join(waiting)}")
    return ("Migrated", "True", "UpToDate", "every database has the schema of its service's image")


def _available(platform: Platform, observed: Observed) -> Condition:
    waiting = [component for component in required(platform) if not _is_rolled_out(platform, observed, component)]
    if waiting:
        return ("ServicesAvailable", "False", "RollingOut", f"not all pods up to date and ready: {', '.join(waiting)}")
    return ("ServicesAvailable", "True", "RolledOut", "all pods of all services are up to date and ready")


def _seeded(findings: Findings) -> Condition:
    state = findings.seed.get("state", "Pending")
    if state in SEEDED:
        return ("Seeded", "True", state, "the demonstration data are there")
    return ("Seeded", "False", f"Seed{state}", findings.seed.get("message") or "the seed Job has not ended yet")


def _load_tested(findings: Findings) -> Condition:
    run = findings.load_test
    if run["state"] == RUNNING:
        return ("LoadTested", "Unknown", RUNNING, f"run {run['token']} goes on")
    if run["state"] != SUCCEEDED:
        return ("LoadTested", "False", run["state"], run.get("message", ""))
    result = f"p99 {run['p99Ms']:g} ms, {run['errorPercent']:g} % errors at {run['rps']:g} requests/s"
    if run["thresholdsPassed"]:
        return ("LoadTested", "True", "ThresholdsPassed", result)
    return ("LoadTested", "False", "ThresholdsExceeded", result)


def _degraded(problems: list[Problem]) -> Condition:
    if problems:
        return ("Degraded", "True", problems[0].reason, "; ".join(item.message for item in problems)[:2000])
    return ("Degraded", "False", "NoProblems", "nothing stands in the way")


def _phase(platform: Platform, conditions: dict[str, Condition]) -> str:
    def true(kind: str) -> bool:
        return kind not in conditions or conditions[kind][1] == "True"

    stages = [
        ("Deleting", platform.deleting),
        ("Suspended", platform.spec.suspended),
        ("Degraded", true("Degraded")),
        ("Provisioning", not true("DatabasesReady")),
        ("Migrating", not true("Migrated")),
        ("Provisioning", not true("ServicesAvailable")),
        ("Seeding", not true("Seeded")),
    ]
    return next((phase for phase, is_it in stages if is_it), "Ready")


def _dated(platform: Platform, conditions: dict[str, Condition], now: datetime) -> list[Object]:
    """Return the conditions, each with the time of the last change of its status."""
    before = {item["type"]: item for item in platform.status.get("conditions", [])}
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return [
        {
            "type": kind,
            "status": state,
            "reason": reason,
            "message": message,
            "observedGeneration": platform.generation,
            "lastTransitionTime": before[kind]["lastTransitionTime"]
            if kind in before and before[kind]["status"] == state
            else stamp,
        }
        for kind, state, reason, message in conditions.values()
    ]
