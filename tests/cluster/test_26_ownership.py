"""Beyond the numbered promises: others' objects are never overwritten or deleted, and Retain retains."""

import json
from pathlib import Path

import pytest

from cluster.kube import ALONE, NOTHING, SERVICES, Kube, Object, PlatformUnderTest, eventually
from helm import go_module

SECONDS = 120
CLOUDNATIVE_PG = "github.com/cloudnative-pg/cloudnative-pg@v1.27.0"


def foreign(platform: PlatformUnderTest) -> list[Object]:
    """Create objects of someone else, with names that the platform uses."""

    def named(part: str) -> Object:
        return {"name": f"{platform.name}-{part}", "namespace": platform.namespace}

    rule = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "theirs", "port": {"number": 80}}}}
    ports = [{"name": "theirs", "port": 80}]
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    labels = {"eduplatform.dev/name": platform.name}
    return [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": named("exposure"),
            "spec": {"rules": [{"host": "their.test", "http": {"paths": [rule]}}]},
        },
        {"apiVersion": "v1", "kind": "Service", "metadata": named("course"), "spec": {"ports": ports}},
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {**named("postgres-payment"), "labels": labels},
            "stringData": {"url": "theirs"},
        },
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": f"data-{platform.name}-postgres-identity-0", "namespace": platform.namespace},
            "spec": claim,
        },
    ]


def state(kube: Kube, items: list[Object]) -> list[Object]:
    """Return the objects' contents and managers; a claim's binding is set by the cluster."""
    found = [kube.get(it["metadata"]["namespace"], it["kind"], it["metadata"]["name"]) or NOTHING for it in items]
    kept = ("uid", "labels", "ownerReferences", "annotations")
    return [{**{key: it["metadata"].get(key) for key in kept}, "data": it.get("data")} for it in found]


def degraded(platform: PlatformUnderTest) -> str:
    return platform.condition("Degraded").get("message", "")


def test_objects_of_someone_else_are_named_and_left_alone(kube: Kube, second: PlatformUnderTest) -> None:
    theirs = foreign(second)
    for item in theirs:
        kube.apply(item)
    before = state(kube, theirs)
    second.apply(**ALONE, postgres={"retentionPolicy": "Delete"})
    names = [f"{it['kind']} {it['metadata']['name']} exists and does not belong" for it in theirs]
    eventually(lambda: all(name in degraded(second) for name in names), SECONDS, f"{names} in the condition Degraded")
    assert second.condition("Degraded")["reason"] == "NotOwned"
    kube.kubectl("delete", "eduplatform", "-n", second.namespace, second.name, "--wait=true", "--timeout=60s")
    eventually(lambda: not second.children("deployment,statefulset,ingress"), 60, "the platform's children to go")
    assert state(kube, theirs) == before
    for item in theirs:
        kube.kubectl("delete", item["kind"], "-n", second.namespace, item["metadata"]["name"])


def test_an_object_is_taken_over_when_it_is_handed_over(kube: Kube, second: PlatformUnderTest) -> None:
    ingress = foreign(second)[0]
    kube.apply(ingress)
    second.apply(**ALONE)
    message = eventually(lambda: degraded(second) if "Ingress" in degraded(second) else None, SECONDS, "the remedy")
    command = message.partition("kubectl ")[2].partition(";")[0]
    kube.kubectl(*command.split())

    def host() -> str:
        found = second.child("ingress", "exposure") or NOTHING
        return found["spec"]["rules"][0]["host"]

    eventually(lambda: host() == "edu.test", SECONDS, "the platform's own Ingress")
    eventually(lambda: "Ingress" not in degraded(second), SECONDS, "no word of the Ingress any more")


def test_a_platform_whose_names_another_one_uses_says_so(kube: Kube, second: PlatformUnderTest) -> None:
    second.apply(**ALONE)
    second.wait_ready()
    before = second.written()
    other = PlatformUnderTest(kube, second.namespace, f"{second.name}-postgres")
    other.apply(**ALONE)
    name = f"NetworkPolicy {second.name}-postgres-course exists and belongs to the EduPlatform {second.name}"
    eventually(lambda: name in degraded(other), SECONDS * 2, "the collision in the condition Degraded")
    assert second.written() == before
    kube.kubectl("delete", "eduplatform", "-n", other.namespace, other.name, "--wait=true", "--timeout=60s")
    assert second.written() == before


@pytest.fixture
def cloudnative_pg(kube: Kube, tmp_path: Path) -> None:
    """Install the definition of its Cluster objects, without the operator that reconciles them."""
    kube.define(f"{go_module(CLOUDNATIVE_PG, tmp_path)}/config/crd/bases/postgresql.cnpg.io_clusters.yaml")


@pytest.mark.parametrize(("policy", "kept"), [("Retain", 5), ("Delete", 0)])
@pytest.mark.usefixtures("cloudnative_pg")
def test_clusters_of_cloudnative_pg_outlive_the_platform_as_the_policy_says(
    kube: Kube, second: PlatformUnderTest, policy: str, kept: int
) -> None:
    """CloudNativePG's operator removes the volumes with their Cluster, so the Cluster itself must stay."""
    second.apply(**ALONE, postgres={"provider": "cloudnative-pg", "retentionPolicy": policy})
    clusters = "clusters.postgresql.cnpg.io"
    eventually(lambda: len(second.children(clusters)) == len(SERVICES), SECONDS, "a Cluster a service")
    kube.kubectl("delete", "eduplatform", "-n", second.namespace, second.name, "--wait=true", "--timeout=60s")
    eventually(lambda: not second.children("networkpolicy"), 60, "the platform's children to go")
    eventually(lambda: len(second.children(clusters)) == kept, 60, f"{kept} Clusters left")
    eventually(lambda: len(second.children("secret")) == kept, 60, f"the Secrets of {kept} databases left")
    second.apply(**ALONE, postgres={"provider": "cloudnative-pg", "retentionPolicy": "Delete"})

    def owned() -> bool:
        found = second.children(clusters)
        return len(found) == len(SERVICES) and all("ownerReferences" in it["metadata"] for it in found)

    eventually(owned, SECONDS, "the Clusters to belong to the new platform")


def test_the_operator_applies_nothing_that_a_value_brings(kube: Kube, second: PlatformUnderTest) -> None:
    """The CRD of an older release has no pattern, so only the operator's own check remains."""
    definition = json.loads(kube.kubectl("get", "crd", "eduplatforms.eduplatform.dev", "-o", "json"))
    spec = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
    pattern = spec["exposure"]["properties"]["host"].pop("x-kubernetes-validations")
    fields = "/".join(f"properties/{name}" for name in ("spec", "exposure", "host"))
    path = f"/spec/versions/0/schema/openAPIV3Schema/{fields}/x-kubernetes-validations"

    def patch(**step: object) -> None:
        steps = json.dumps([{"path": path, **step}])
        kube.kubectl("patch", "crd", "eduplatforms.eduplatform.dev", "--type=json", "-p", steps)

    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": f"{second.name}-exposure-x"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "operator"},
    }
    host = f"edu.test\n---\n{json.dumps(binding, separators=(',', ':'))}"
    patch(op="remove")
    try:
        second.apply(**ALONE, exposure={"host": host})
        eventually(lambda: "chart exposure" in degraded(second), SECONDS, "the rejected value in the condition")
        assert kube.get(second.namespace, "rolebinding", f"{second.name}-exposure-x") is None
    finally:
        kube.kubectl("delete", "eduplatform", "-n", second.namespace, second.name, "--ignore-not-found")
        patch(op="add", value=pattern)
