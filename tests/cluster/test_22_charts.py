"""Beyond the numbered promises: charts without the operator, every render admitted, a service installed manually."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cluster.kube import Kube, eventually, run
from edu_common.service_keys import KeyRing
from helm import CASES, CHARTS, NAMESPACE, Object, build_dependencies, objects

RESTRICTED = [f"pod-security.kubernetes.io/{mode}=restricted" for mode in ("enforce", "warn")]
# Kinds that the cluster has only if another project's controller is installed.
FOREIGN = {"HTTPRoute", "PodMonitor"}
INSTALLED = "charts-by-hand"
TEMPLATES = [(name, source) for name in CASES for source in objects(name) if "template" in source.get("spec", {})]


@pytest.fixture(scope="module")
def namespaces(kube: Kube) -> Iterator[Kube]:
    """Create the restricted namespaces that the renders refer to."""
    names = {source["metadata"]["namespace"] for name in CASES for source in objects(name)}
    for name in sorted(names):
        make_namespace(kube, name)
    yield kube
    kube.kubectl("delete", "namespace", "--wait=false", *sorted(names))


def make_namespace(kube: Kube, name: str) -> None:
    kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    kube.kubectl("label", "namespace", name, "--overwrite", *RESTRICTED)
    kube.kubectl("wait", "-n", name, "--for=create", "serviceaccount/default", "--timeout=60s")


@pytest.mark.parametrize("name", CASES)
def test_the_api_server_takes_it(namespaces: Kube, name: str) -> None:
    known = [source for source in objects(name) if source["kind"] not in FOREIGN]
    if not known:
        pytest.skip("every object of this render is of a kind that this cluster does not know")
    source = "\n---\n".join(map(json.dumps, known))
    namespaces.kubectl(
        "apply",
        "--server-side",
        "--dry-run=server",
        "--validate=strict",
        "--warnings-as-errors",
        "-f",
        "-",
        source=source,
    )


@pytest.mark.parametrize(
    ("name", "owner"), TEMPLATES, ids=[f"{name}-{source['metadata']['name']}" for name, source in TEMPLATES]
)
def test_its_pods_are_admitted(namespaces: Kube, name: str, owner: Object) -> None:
    template = owner["spec"]["template"]
    spec = {key: value for key, value in template["spec"].items() if key != "serviceAccountName"}
    mounted = {mount["name"] for container in spec["containers"] for mount in container["volumeMounts"]}
    claimed = mounted - {volume["name"] for volume in spec["volumes"]}
    claims = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in sorted(claimed)]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": owner["metadata"]["name"],
            "namespace": NAMESPACE,
            "labels": template["metadata"]["labels"],
        },
        "spec": {**spec, "restartPolicy": "Never", "volumes": [*spec["volumes"], *claims]},
    }
    namespaces.kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-", source=json.dumps(pod))


@pytest.fixture(scope="module")
def installed(kube: Kube) -> Iterator[Kube]:
    build_dependencies()
    make_namespace(kube, INSTALLED)
    url = "postgresql+asyncpg://course:secret@demo-postgres-course:5432/course"
    database = {"username": "course", "password": "secret", "database": "course", "url": url}
    make_secret(kube, "demo-postgres-course", database)
    keys = KeyRing.new(["course"])
    service_keys = {"course.jwk": keys.private_key("course"), "service-keys.json": keys.public_keys()}
    make_secret(kube, "demo-platform", {"secret": "x" * 32, **service_keys})
    helm_install(kube, "demo-postgres-course", "postgres", "credentials.secretName=demo-postgres-course")
    helm_install(
        kube,
        "demo-course",
        "course",
        "database.secretName=demo-postgres-course",
        "platformSecret.name=demo-platform",
        "workers=2",
    )
    yield kube
    kube.kubectl("delete", "namespace", "--wait=false", INSTALLED)


class TestByHand:
    """One service with its Postgres, as docs/how-to/kubernetes.md describes it, with two processes in a pod."""

    def test_it_migrated_and_is_ready(self, installed: Kube) -> None:
        migrations = ["job", "-n", INSTALLED, "-l", "eduplatform.dev/task=migrate"]
        installed.kubectl("wait", "--for=condition=complete", "--timeout=60s", *migrations)
        (pod,) = running_pods(installed)
        assert [container["ready"] for container in pod["status"]["containerStatuses"]] == [True, True]

    def test_it_answers_through_its_service(self, installed: Kube) -> None:
        path = f"/api/v1/namespaces/{INSTALLED}/services/demo-course:http/proxy/api/course/courses"
        assert json.loads(installed.kubectl("get", "--raw", path))["items"] == []

    def test_each_process_has_metrics_of_its_own(self, installed: Kube) -> None:
        (pod,) = running_pods(installed)
        started = set[str]()
        for port in (9101, 9102):
            path = f"/api/v1/namespaces/{INSTALLED}/pods/{pod['metadata']['name']}:{port}/proxy/metrics"
            lines = installed.kubectl("get", "--raw", path).splitlines()
            started |= {line for line in lines if line.startswith("process_start_time_seconds")}
            assert any(line.startswith("db_pool_size{") for line in lines)
        assert len(started) == 2

    def test_another_pool_size_rolls_it(self, installed: Kube) -> None:
        (before,) = running_pods(installed)
        helm_install(installed, "demo-course", "course", "pool.size=12")
        (after,) = until_one_pod(installed)
        assert after["metadata"]["name"] != before["metadata"]["name"]
        (settings,) = installed.items(INSTALLED, "configmap", "app.kubernetes.io/name=course")
        assert settings["data"]["DB_POOL_SIZE"] == "12"


def make_secret(kube: Kube, name: str, data: dict[str, str]) -> None:
    metadata = {"name": name, "namespace": INSTALLED}
    kube.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data})


def helm_install(kube: Kube, release: str, chart: str, *values: str) -> None:
    flags = [argument for value in values for argument in ("--set", value)]
    common = ["--kube-context", f"kind-{kube.cluster}", "--namespace", INSTALLED, "--reuse-values"]
    run("helm", "upgrade", "--install", release, str(CHARTS / chart), "--wait", "--timeout", "180s", *common, *flags)


def running_pods(kube: Kube) -> list[dict[str, Any]]:
    pods = kube.items(INSTALLED, "pod", "app.kubernetes.io/name=course")
    return [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]


def until_one_pod(kube: Kube) -> list[dict[str, Any]]:
    kube.kubectl("rollout", "status", "-n", INSTALLED, "deployment/demo-course", "--timeout=180s")
    eventually(lambda: len(running_pods(kube)) == 1, 60, "one pod")
    return running_pods(kube)
