"""From what was seen to `status`: pure functions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from edu_operator import values
from edu_operator.jobs import FAILED, RUNNING, SUCCEEDED
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
"""Reasons of a container that does not come by itself; two words for one thing are one here."""
CRASHES = 2
STARTING = "Starting"
"""The reason of a database that comes by itself."""
NOT_OWNED = "NotOwned"
"""The reason of what is left alone, for it belongs to someone else."""
SEEDED = {SUCCEEDED, "AlreadySeeded"}


@dataclass(frozen=True)
class Problem:
    """What keeps a part from being as it should be."""

    part: str
    reason: str
    message: str


def missing_address(part: str, where: str, secret: str) -> Problem:
    message = f"{part}: {where}.secretRef names the Secret {secret}, which is not there or has no key url; make it so"
    return Problem(part, "SecretMissing", message)


@dataclass
class Findings:
    """What a turn learned beside the objects themselves."""

    databases: dict[str, Problem | None] = field(default_factory=dict[str, Problem | None])
    """By service; None where the database accepts connections."""
    migrations: dict[str, Object] = field(default_factory=dict[str, Object])
    seed: Object = field(default_factory=dict[str, Any])
    load_test: Object = field(default_factory=dict[str, Any])
    history: list[Object] = field(default_factory=list[Object])
    problems: list[Problem] = field(default_factory=list[Problem])

    @classmethod
    def of(cls, status: Object) -> "Findings":
        """What the last status knew of things whose objects may be gone since."""
        return cls(
            migrations={item["service"]: item for item in status.get("migrations", [])},
            seed=status.get("seed", {}),
            load_test=status.get("loadTest", {}),
            history=status.get("loadTestHistory", []),
        )

    def archive_load_test(self) -> None:
        """Without the figures of single operations, which would make up most of the object."""
        if self.load_test:
            run = {name: figure for name, figure in self.load_test.items() if name != "operations"}
            self.history = [run, *self.history][:HISTORY]


def rolled_out(workload: Object | None) -> bool:
    """Whether a Deployment or StatefulSet runs what its spec says, all of it and nothing else."""
    if workload is None:
        return False
    state, wanted = workload.get("status", {}), workload["spec"].get("replicas", 1)
    counts = (state.get("updatedReplicas", 0), state.get("readyReplicas", 0), state.get("replicas", 0))
    seen = state.get("observedGeneration", 0) >= workload["metadata"]["generation"]
    return seen and all(count == wanted for count in counts)


def pod_problem(part: str, pods: list[Object]) -> Problem | None:
    """The first pod of a part that does not come by itself."""
    for pod in pods:
        for status in pod.get("status", {}).get("containerStatuses", []):
            if reason := _container_reason(status):
                return Problem(part, reason, f"{part}: {reason}, image {status['image']}")
        for condition in pod.get("status", {}).get("conditions", []):
            if condition.get("reason") == "Unschedulable":
                return Problem(part, "Unschedulable", f"{part}: {condition['message']}"[:600])
    return None


def _container_reason(status: Object) -> str | None:
    waiting = WAITING.get(status["state"].get("waiting", {}).get("reason", ""))
    if waiting:
        return waiting
    crashed = status["restartCount"] >= CRASHES and "terminated" in status.get("lastState", {})
    return "CrashLoopBackOff" if crashed and not status["ready"] else None


def parts(platform: Platform) -> list[str]:
    """Deployments that serve."""
    return [*values.PORTS, *(["frontend"] if platform.spec.frontend.enabled else [])]


def needed(platform: Platform) -> list[str]:
    """Deployments without which the platform is not Ready."""
    return [*parts(platform), *(["redis"] if platform.spec.redis.provider == "builtin" else [])]


def _watched(platform: Platform) -> dict[str, str]:
    """Each part that pods are made for, and the instance that these are labelled with."""
    names = [*(f"postgres-{name}" for name in values.PORTS), *needed(platform), "seed", "loadtest", "monitoring"]
    return {name: platform.release(name) for name in names}


def services(platform: Platform, observed: Observed, run: Object) -> list[Object]:
    """`run`, the last load test, knows how many connections were in use."""
    peaks = run.get("peakConnections", {})
    found = [_service(platform, observed, part) for part in parts(platform)]
    return [item | ({"peakConnections": peaks[item["name"]]} if item["name"] in peaks else {}) for item in found]


def _service(platform: Platform, observed: Observed, part: str) -> Object:
    deployment = observed.find(platform, "Deployment", platform.release(part))
    port = values.PORTS.get(part, values.FRONTEND_PORT)
    entry: Object = {"name": part, "ready": 0, "desired": 0, "url": f"http://{platform.release(part)}:{port}"}
    if part in values.PORTS:
        pool = values.pool(platform, part)
        entry["poolSize"] = pool["size"] + pool["maxOverflow"]
    if deployment:
        template = deployment["spec"]["template"]
        entry["desired"] = deployment["spec"]["replicas"]
        entry["ready"] = _up_to_date_and_ready(deployment)
        entry["image"] = template["spec"]["containers"][0]["image"]
        entry["configHash"] = template["metadata"].get("annotations", {}).get("eduplatform.dev/config", "")
    return entry


def _up_to_date_and_ready(deployment: Object) -> int:
    state = deployment.get("status", {})
    if state.get("observedGeneration", 0) < deployment["metadata"]["generation"]:
        return 0
    return min(state.get("updatedReplicas", 0), state.get("readyReplicas", 0))


def build(platform: Platform, observed: Observed, findings: Findings, now: datetime) -> Object:
    """The whole status."""
    problems = [*findings.problems, *_pod_problems(platform, observed)]
    conditions = _conditions(platform, observed, findings, problems)
    ready = [part for part in parts(platform) if rolled_out(_deployment(platform, observed, part))]
    up = [problem for problem in findings.databases.values() if problem is None]
    status: Object = {
        "observedGeneration": platform.generation,
        "phase": _phase(platform, conditions),
        "version": platform.spec.image.tag,
        "servicesReady": f"{len(ready)}/{len(parts(platform))}",
        "databasesReady": f"{len(up)}/{len(values.PORTS)}",
        "conditions": _dated(platform, conditions, now),
        "services": services(platform, observed, findings.load_test),
        "migrations": [findings.migrations[name] for name in values.PORTS if name in findings.migrations],
    }
    if platform.spec.exposure.type != "None":
        status["url"] = values.public_url(platform)
    kept = {"seed": findings.seed, "loadTest": findings.load_test, "loadTestHistory": findings.history}
    return status | {name: content for name, content in kept.items() if content}


def _deployment(platform: Platform, observed: Observed, part: str) -> Object | None:
    return observed.find(platform, "Deployment", platform.release(part))


def _pod_problems(platform: Platform, observed: Observed) -> list[Problem]:
    found = [pod_problem(part, observed.pods(release)) for part, release in _watched(platform).items()]
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
    needed = {"DatabasesReady", "Migrated", "ServicesAvailable", "Seeded"}
    missing = [condition for condition in found if condition[0] in needed and condition[1] != "True"]
    if missing:
        _, _, reason, message = missing[0]
        return ("Ready", "False", reason, message)
    return ("Ready", "True", "AsDescribed", "every part is as the spec describes it")


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
    waiting = [part for part in needed(platform) if not rolled_out(_deployment(platform, observed, part))]
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
    """The conditions, each with the time since when its status has been what it is."""
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
