"""The charts, the cases for which they are rendered, and the tools that check them."""

import fcntl
import json
import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent / "charts"
PROJECT = HERE.parents[1]
CHARTS = PROJECT / "charts"
GOLDEN = HERE / "golden"
CASES = sorted(path.stem for path in (HERE / "cases").glob("*.yaml"))
# Versions of the tools that are built from Go modules: module, version, package of the command.
TOOLS = {
    "kube-score": ("github.com/zegl/kube-score", "v1.20.0", "./cmd/kube-score"),
    "helm-unittest": ("github.com/helm-unittest/helm-unittest", "v1.1.2", "./cmd/helm-unittest"),
}
NAMESPACE = "charts-golden"

Object = dict[str, Any]


def helm(*arguments: str) -> "subprocess.CompletedProcess[str]":
    if not shutil.which("helm"):
        pytest.skip("helm was not found")
    command = ["helm", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)  # noqa: S603 - our words


@contextmanager
def alone() -> Generator[None]:
    """Keep other test processes waiting during the block."""
    lock = PROJECT / ".edu/charts.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build_dependencies() -> None:
    """Package the library into the charts where it is missing or outdated; test processes wait for each other."""
    newest = max(path.stat().st_mtime for path in (CHARTS / "edu-lib").rglob("*.*"))
    with alone():
        for chart in (path.parent for path in CHARTS.glob("*/Chart.lock")):
            packed = [path for path in chart.glob("charts/edu-lib-*.tgz") if path.stat().st_mtime >= newest]
            if not packed:
                built = helm("dependency", "build", str(chart))
                assert built.returncode == 0, built.stderr


def case(name: str) -> list[str]:
    """Return a case's arguments to helm: release, chart, namespace, values. Its name is `<chart>.<variant>`."""
    chart = name.partition(".")[0]
    return [
        f"demo-{chart}",
        str(CHARTS / chart),
        "--namespace",
        NAMESPACE,
        "--values",
        str(HERE / f"cases/{name}.yaml"),
    ]


def render(name: str, *arguments: str) -> str:
    done = helm("template", *case(name), *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def objects(name: str) -> list[Object]:
    """Return the objects in the golden file of a case."""
    return [document for document in yaml.safe_load_all((GOLDEN / f"{name}.yaml").read_text()) if document]


def pod_specs(name: str) -> Iterator[Object]:
    for source in objects(name):
        if "template" in source.get("spec", {}):
            yield source["spec"]["template"]["spec"]


def tool(name: str) -> str:
    """Return the path of a tool, built on first use into .edu/tools; skip the test without Go."""
    path = PROJECT / ".edu/tools" / name
    with alone():
        if not path.exists():
            if not shutil.which("go"):
                pytest.skip(f"{name} is not there, and no Go to build it")
            build_tool(*TOOLS[name], path)
    return str(path)


def build_tool(module: str, version: str, package: str, target: Path) -> None:
    """Build a tool as the main module, since `go install` rejects modules with `replace` directives."""
    downloaded = go_module(f"{module}@{version}", target.parents[1])
    source = target.parent / f"{target.name}-source"
    shutil.copytree(downloaded, source, copy_function=shutil.copyfile, dirs_exist_ok=True)
    try:
        go("build", "-buildvcs=false", "-o", str(target), package, cwd=source)
    finally:
        shutil.rmtree(source)


def go_module(name: str, folder: Path) -> str:
    """Return the folder of a module's source, given as `module@version`; skip the test without Go to fetch it."""
    if not shutil.which("go"):
        pytest.skip(f"no Go, which fetches {name}")
    return json.loads(go("mod", "download", "-json", name, cwd=folder))["Dir"]


def go(*arguments: str, cwd: Path) -> str:
    command = ["go", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our words
