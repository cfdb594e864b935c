"""One cluster with one operator and one platform, shared by all; destructive tests create platforms of their own."""

# pyright: reportUnknownMemberType=false
# The methods of KindCluster have no type annotations.

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_kind import KindCluster

from cluster.kube import SYSTEM, Kube, Object, PlatformUnderTest, eventually
from edu_cli.cluster import lifecycle

HERE = Path(__file__).parent
SWITCH = "EDU_CLUSTER_TESTS"
REUSED = "EDU_TEST_CLUSTER"
NAMESPACE, SECOND_NAMESPACE = "edu", "edu-two"
CLUSTER = "edu-test"
ORDER = (1, 5, 6, 3, 10, 11, 25, 14, 12, 13, 19, 20, 23, 24, 26, 27, 18, 4, 15, 9, 21, 22, 7, 2, 8, 16, 17)
"""Quick ones first; while tests of other platforms run, the first one must not change (2); the node goes last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if HERE in item.path.parents]
    reason = _why_not()
    for item in here if reason else []:
        item.add_marker(pytest.mark.skip(reason=reason))
    items[:] = [item for item in items if item not in here] + sorted(here, key=_place)


def _place(item: pytest.Item) -> int:
    return ORDER.index(int(item.path.stem.split("_")[1]))


def _why_not() -> str:
    if not os.environ.get(SWITCH):
        return f"the cluster's tests take long: run ./edu cluster test, or set {SWITCH}=1"
    missing = [tool for tool in ("docker", "kind", "kubectl", "helm") if shutil.which(tool) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Create a cluster with a kubeconfig of its own; with EDU_TEST_CLUSTER=name use that one, and leave it running."""
    if reused := os.environ.get(REUSED):
        yield reused
        return
    folder = tmp_path_factory.mktemp("kube")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECONFIG", str(folder / "config"))
        with contextlib.chdir(folder):  # where it creates a folder of its own
            kind = KindCluster(
                CLUSTER, folder / "config", kind_path=_installed("kind"), kubectl_path=_installed("kubectl")
            )
        kind.delete()  # of an aborted run
        try:
            kind.create()
            lifecycle.load(CLUSTER)
            yield CLUSTER
        finally:
            kind.delete()


def _installed(tool: str) -> Path:
    """Return the machine's own tool, so that KindCluster does not download one."""
    found = shutil.which(tool)
    assert found, f"{tool} is not installed"
    return Path(found)


@pytest.fixture(scope="session")
def kube(cluster: str) -> Kube:
    """Install images, CRD, operator and an ingress controller."""
    kube = Kube(cluster)
    kube.kubectl("apply", "--filename", str(lifecycle.INGRESS))
    lifecycle.install(cluster, (NAMESPACE, SECOND_NAMESPACE), SYSTEM)
    return kube


@dataclass(frozen=True)
class Birth:
    """How long the shared platform took from `kubectl apply` to Ready."""

    seconds: float


@pytest.fixture(scope="session")
def shared(kube: Kube) -> PlatformUnderTest:
    return PlatformUnderTest(kube, NAMESPACE, "demo")


@pytest.fixture(scope="session")
def birth(shared: PlatformUnderTest) -> Birth:
    started = time.monotonic()
    shared.apply()
    shared.wait_ready(600)
    return Birth(time.monotonic() - started)


@pytest.fixture
def platform(shared: PlatformUnderTest, birth: Birth) -> PlatformUnderTest:
    """Return the shared platform, Ready and as `BASE` describes it."""
    shared.apply()
    shared.wait_ready()
    return shared


@dataclass(frozen=True)
class Stillness:
    """The state of the shared platform when it was last changed."""

    since: float
    written: dict[str, Object]


@pytest.fixture(scope="session")
def stillness(shared: PlatformUnderTest, birth: Birth) -> Stillness:
    """From its first use on, no test changes the shared platform until it was checked again."""
    shared.apply()
    shared.wait_ready()
    return Stillness(time.monotonic(), shared.written())


LEFTOVERS = "deployments,statefulsets,jobs,pods,pvc,secrets"


@pytest.fixture
def second(kube: Kube) -> Iterator[PlatformUnderTest]:
    """Yield a platform in the second namespace, not applied yet; it is removed afterwards, data included."""
    made = PlatformUnderTest(kube, SECOND_NAMESPACE, "second")
    yield made
    kube.kubectl("delete", "eduplatform", "-n", SECOND_NAMESPACE, "--all", "--timeout=60s")

    def is_removed() -> bool:
        kube.kubectl("delete", LEFTOVERS, "-n", SECOND_NAMESPACE, "--all", "--timeout=120s")
        return not kube.items(SECOND_NAMESPACE, LEFTOVERS)

    eventually(is_removed, 240, "a second namespace without a claim that a StatefulSet made while it was deleted")
