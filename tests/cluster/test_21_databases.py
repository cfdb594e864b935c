"""Beyond the numbered promises: databases that CloudNativePG runs, and volumes that grow."""

import json
from pathlib import Path

import pytest

from cluster.conftest import NAMESPACE
from cluster.kube import ALONE, Kube, PlatformUnderTest, eventually
from edu_operator.providers import CloudNativePG
from edu_operator.types import Platform
from helm import go_module

CLOUDNATIVE_PG = "github.com/cloudnative-pg/cloudnative-pg@v1.27.0"
SECONDS = 120


@pytest.fixture
def cloudnative_pg(kube: Kube, tmp_path: Path) -> str:
    """Install the definition of its Cluster objects, without the operator that reconciles them."""
    definition = f"{go_module(CLOUDNATIVE_PG, tmp_path)}/config/crd/bases/postgresql.cnpg.io_clusters.yaml"
    kube.define(definition)
    return definition


async def test_cloudnative_pg_knows_every_field(kube: Kube, cloudnative_pg: str) -> None:
    made = PlatformUnderTest(kube, NAMESPACE, "clusters").manifest(
        postgres={"provider": "cloudnative-pg", "storage": {"size": "3Gi", "storageClassName": "standard"}}
    )
    source = kube.kubectl("create", "--dry-run=server", "-o", "json", "-f", "-", source=json.dumps(made))
    (cluster,) = await CloudNativePG().objects(Platform.read(json.loads(source)), "course")
    kube.kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-", source=json.dumps(cluster))


def test_volumes_grow_without_a_restart(kube: Kube, second: PlatformUnderTest) -> None:
    """Only as far as the API is concerned: the cluster's storage class cannot expand volumes."""
    kube.kubectl("patch", "storageclass", "standard", "-p", '{"allowVolumeExpansion": true}')
    second.apply(**ALONE)
    second.wait_ready()
    before = {pod["metadata"]["uid"] for pod in second.pods("postgres-course")}
    second.apply(**ALONE, postgres={"storage": {"size": "3Gi"}})

    def sizes() -> set[str]:
        return {claim["spec"]["resources"]["requests"]["storage"] for claim in second.children("pvc")}

    eventually(lambda: sizes() == {"3Gi"}, SECONDS, "the larger claims")
    second.wait_ready()
    assert {pod["metadata"]["uid"] for pod in second.pods("postgres-course")} == before
