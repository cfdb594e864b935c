"""A cluster and the platforms in it, for tests: kubectl, and waits with a timeout."""

import json
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from edu_topology import PORTS, SERVICES

Object = dict[str, Any]
ResultT = TypeVar("ResultT")

NOTHING: Object = {}
POLL_SECONDS = 1.0
COMMAND_SECONDS = 300
DEFINED_SECONDS = 60
SYSTEM = "edu-system"
BASE: Object = {
    "frontend": {"replicas": 1},
    "rateLimits": "off",
    "exposure": {"host": "edu.test"},
    "monitoring": {"grafana": "none"},
}
"""The smallest platform that has everything except Grafana: one pod per service, a small data set."""
SMALL: Object = {"replicas": 1, "resources": {"requests": {"cpu": "10m", "memory": "128Mi"}}}
"""For each service: two platforms must fit on a node with two cores."""
ALONE: Object = {
    "frontend": {"enabled": False},
    "seed": {"enabled": False},
    "monitoring": {"prometheus": "none", "grafana": "none"},
}
"""For a second platform: nothing but services, databases and the cache."""


class Refused(Exception):
    """A command that failed; the message is its output."""


def eventually(check: Callable[[], ResultT | None], seconds: float, what: str) -> ResultT:
    """Return the first true result of `check`; fail with `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := check():
            return answer
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"not within {seconds:g} s: {what}")


def run(*command: str, source: str | None = None, seconds: float = COMMAND_SECONDS) -> str:
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603 - the tests' own commands
    if done.returncode:
        raise Refused(f"{' '.join(command[:6])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


@dataclass(frozen=True)
class Kube:
    """A cluster."""

    cluster: str

    def kubectl(self, *arguments: str, source: str | None = None) -> str:
        return run("kubectl", "--context", f"kind-{self.cluster}", *arguments, source=source)

    def apply(self, item: Object) -> None:
        """Apply an object as a user would: `kubectl apply`, with its strict validation of field names."""
        self.kubectl("apply", "-f", "-", source=json.dumps(item))

    def define(self, path: str) -> None:
        """Apply a CustomResourceDefinition, and wait until the API server serves its kind."""
        name = json.loads(self.kubectl("apply", "--server-side", "-f", path, "-o", "json"))["metadata"]["name"]

        def is_served() -> bool:
            status = json.loads(self.kubectl("get", "crd", name, "-o", "json")).get("status", NOTHING)
            conditions: list[Object] = status.get("conditions") or []
            return any((it["type"], it["status"]) == ("Established", "True") for it in conditions)

        eventually(is_served, DEFINED_SECONDS, f"{name} served")

    def get(self, namespace: str, kind: str, name: str) -> Object | None:
        found = self.kubectl("get", "-n", namespace, kind, name, "--ignore-not-found", "-o", "json")
        return json.loads(found) if found else None

    def items(self, namespace: str, kind: str, selector: str = "") -> list[Object]:
        found = self.kubectl("get", "-n", namespace, kind, "-l", selector, "-o", "json")
        return json.loads(found)["items"]

    def kill_operator(self) -> None:
        """Kill the process with SIGKILL; its Deployment starts another."""
        self.kubectl("delete", "pods", "-n", SYSTEM, "--all", "--force", "--grace-period=0", "--wait=false")

    def scale_operator(self, replicas: int) -> None:
        self.kubectl("scale", "-n", SYSTEM, "deployment/operator", f"--replicas={replicas}")
        self.kubectl("rollout", "status", "-n", SYSTEM, "deployment/operator", "--timeout=120s")
        # A rollout to fewer is complete as soon as the others are asked to end; until then they go on reconciling.
        eventually(lambda: len(self.items(SYSTEM, "pods")) == replicas, 120, f"{replicas} pods of the operator")

    def operator_metrics(self) -> str:
        return self.kubectl(
            "get", "--raw", f"/api/v1/namespaces/{SYSTEM}/pods/{self._operator_pod()}:8080/proxy/metrics"
        )

    def _operator_pod(self) -> str:
        running = "--field-selector=status.phase=Running"
        return self.kubectl("get", "pods", "-n", SYSTEM, running, "-o", "jsonpath={.items[0].metadata.name}")


@dataclass(frozen=True)
class PlatformUnderTest:
    """An EduPlatform."""

    kube: Kube
    namespace: str
    name: str

    def apply(self, **spec: Any) -> None:
        """Apply the base with these parts of the spec replaced."""
        self.kube.apply(self.manifest(**spec))

    def manifest(self, *, services: Object = NOTHING, **spec: Any) -> Object:
        return {
            "apiVersion": "eduplatform.dev/v1alpha1",
            "kind": "EduPlatform",
            "metadata": {"name": self.name, "namespace": self.namespace},
            "spec": {**BASE, **spec, "services": {name: {**SMALL, **services.get(name, {})} for name in SERVICES}},
        }

    def read(self) -> Object:
        found = self.kube.get(self.namespace, "eduplatform", self.name)
        assert found, f"there is no EduPlatform {self.name}"
        return found

    @property
    def status(self) -> Object:
        return self.read().get("status", {})

    def condition(self, kind: str) -> Object:
        return next((item for item in self.status.get("conditions", []) if item["type"] == kind), NOTHING)

    def settled(self) -> Object | None:
        """Return the object once its status says that exactly this spec is Ready."""
        found = self.read()
        conditions = found.get("status", {}).get("conditions", [])
        ready = any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)
        current = found.get("status", {}).get("observedGeneration") == found["metadata"]["generation"]
        return found if ready and current else None

    def wait_ready(self, seconds: float = 420) -> Object:
        return eventually(self.settled, seconds, f"{self.name} Ready; it says {self.condition('Ready')}")

    def children(self, kind: str) -> list[Object]:
        return self.kube.items(self.namespace, kind, f"eduplatform.dev/name={self.name}")

    def child(self, kind: str, part: str) -> Object | None:
        return self.kube.get(self.namespace, kind, f"{self.name}-{part}")

    def written(self) -> dict[str, Object]:
        """Return all that was ever written to children other than pods, by whom and when.

        This excludes the resourceVersion and the status, which changes on a busy machine with each late response to a
        probe.
        """
        kinds = (
            "configmap,secret,service,deployment,statefulset,job,persistentvolumeclaim,networkpolicy,"
            "poddisruptionbudget,ingress,horizontalpodautoscaler"
        )
        selector = f"eduplatform.dev/name={self.name}"
        found = self.kube.kubectl(
            "get", "-n", self.namespace, kinds, "-l", selector, "-o", "json", "--show-managed-fields"
        )
        return {f"{it['kind']}/{it['metadata']['name']}": _without_status(it) for it in json.loads(found)["items"]}

    def pods(self, part: str) -> list[Object]:
        """Return serving pods that are not being deleted; a service's migration is another pod of the same instance."""
        selector = f"app.kubernetes.io/instance={self.name}-{part},!eduplatform.dev/task"
        found = self.kube.items(self.namespace, "pod", selector)
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def jobs(self, part: str) -> list[str]:
        found = self.kube.items(self.namespace, "job", f"app.kubernetes.io/instance={self.name}-{part}")
        return sorted(item["metadata"]["name"] for item in found)

    def sql(self, service: str, query: str) -> str:
        pod = f"{self.name}-postgres-{service}-0"
        psql = ("psql", "-U", service, "-d", service, "-tAc", query)
        return self.kube.kubectl("exec", "-n", self.namespace, pod, "-c", "postgres", "--", *psql).strip()

    def prometheus(self, path: str) -> Object:
        service = f"/api/v1/namespaces/{self.namespace}/services/{self.name}-monitoring-prometheus:http"
        return json.loads(self.kube.kubectl("get", "--raw", f"{service}/proxy/api/v1/{path}"))["data"]

    def series(self, query: str, label: str) -> dict[str, float]:
        """Return the values of the series that a query finds, by one of their labels."""
        found = self.prometheus(f"query?query={query}")["result"]
        return {it["metric"][label]: float(it["value"][1]) for it in found}

    def rows(self) -> dict[str, str]:
        """Return, for each seeded table, the number of rows and a checksum over their keys."""
        tables = {"identity": "users", "course": "courses", "enrollment": "enrollments", "payment": "payments"}
        query = "select count(*) || ' ' || coalesce(md5(string_agg(id::text, ',' order by id)), '') from {}"
        return {table: self.sql(service, query.format(table)) for service, table in tables.items()}

    def audit(self) -> str:
        """Run the audit of the seed job's image as docs/explanation/reliability.md describes; return its output.

        Raise `Refused` when an invariant is violated.
        """
        (seed,) = self.jobs("seed")
        job = json.loads(self.kube.kubectl("get", "job", seed, "-n", self.namespace, "-o", "json"))
        template = job["spec"]["template"]
        labels = template["metadata"]["labels"]
        template["metadata"]["labels"] = {
            name: value for name, value in labels.items() if "controller-uid" not in name and "job-name" not in name
        }
        template["spec"]["containers"][0]["args"] = ["audit"]
        audit = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "audit", "namespace": self.namespace}}
        self.kube.kubectl("create", "-f", "-", source=json.dumps({**audit, "spec": {"template": template}}))
        of_it = ("-n", self.namespace, "job/audit")
        self.kube.kubectl("wait", "--for=condition=complete", "--timeout=180s", *of_it)
        return self.kube.kubectl("logs", *of_it)

    def undelivered(self) -> int:
        """Return the number of undelivered events."""
        query = "select count(*) from outbox_deliveries where delivered_at is null"
        return sum(int(self.sql(service, query)) for service in SERVICES)

    def python(self, part: str, program: str) -> str:
        """Run a program in a pod of a service, which has access to the cluster's network."""
        target = f"deployment/{self.name}-{part}"
        return self.kube.kubectl("exec", "-n", self.namespace, target, "--", "python", "-c", program)

    def sign_in(self, email: str = "user0@example.com", password: str = "password123") -> bool:  # noqa: S107 - the demo accounts' published password
        program = (
            "import json, urllib.request as r;"
            f"body = json.dumps({{'email': '{email}', 'password': '{password}'}}).encode();"
            "q = r.Request('http://127.0.0.1:8001/api/identity/login', body, {'Content-Type': 'application/json'});"
            "print('access_token' in json.load(r.urlopen(q, timeout=20)))"
        )
        return self.python("identity", program).strip() == "True"

    @contextmanager
    def visited(self, part: str, path: str) -> Generator[dict[str, int]]:
        """Request a path continuously over new connections; the counts are in the dictionary when the block ends."""
        port = PORTS[part]
        program = VISITOR.format(url=f"http://{self.name}-{part}:{port}{path}")
        pod = f"{self.name}-identity"
        command = ("kubectl", "--context", f"kind-{self.kube.cluster}", "exec", "-i", "-n", self.namespace)
        counts: dict[str, int] = {}
        visitor = subprocess.Popen(  # noqa: S603 - the test's own command
            [*command, f"deployment/{pod}", "--", "python", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert visitor.stdout
        assert visitor.stdout.readline() == "started\n"
        try:
            yield counts
            words, _ = visitor.communicate("end\n", timeout=60)
            counts.update(json.loads(words))
        finally:
            visitor.kill()


def _without_status(item: Object) -> Object:
    meta = {key: value for key, value in item["metadata"].items() if key != "resourceVersion"}
    writers = [entry for entry in meta["managedFields"] if entry.get("subresource") != "status"]
    return {**item, "metadata": {**meta, "managedFields": writers}, "status": None}


VISITOR = """
import json, sys, threading, time, urllib.request
counts = {{"ok": 0, "failed": 0}}
done = threading.Event()
def visit():
    while not done.is_set():
        try:
            urllib.request.urlopen("{url}", timeout=10).read()
            counts["ok"] += 1
        except Exception as error:
            counts["failed"] += 1
            print(repr(error), file=sys.stderr)
        time.sleep(0.05)
visitor = threading.Thread(target=visit)
visitor.start()
print("started", flush=True)
sys.stdin.readline()
done.set()
visitor.join()
print(json.dumps(counts))
"""
