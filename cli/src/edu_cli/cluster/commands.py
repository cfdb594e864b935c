"""`cluster up`, `status`, `down`, `test`."""

import os
import subprocess
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from edu_cli.cluster import build, lifecycle
from edu_cli.devserver.state import PROJECT
from edu_cli.errors import LocalError
from edu_cli.ui import console, step, table

Cluster = Annotated[str, typer.Option(help="Name of the kind cluster.")]


def up(cluster: Cluster = build.CLUSTER) -> None:
    """From nothing to a Ready platform behind one address: cluster, images, operator, eduplatform.yaml."""
    if cluster not in build.clusters():
        lifecycle.create(cluster, config=lifecycle.CONFIG)
    else:
        lifecycle.load(cluster)
    with step("ingress"):
        lifecycle.kubectl(cluster, "apply", "--filename", str(lifecycle.INGRESS))
    lifecycle.install(cluster, [lifecycle.NAMESPACE])
    lifecycle.kubectl(cluster, "apply", "--filename", str(lifecycle.EXAMPLE))
    lifecycle.wait_ready(cluster)
    status(cluster)
    console.print(f"\nThe administrator is {lifecycle.ADMIN}; the password:\n  {lifecycle.PASSWORD}", soft_wrap=True)


def status(cluster: Cluster = build.CLUSTER) -> None:
    """What the platform's status says."""
    _require(cluster)
    found = lifecycle.platform(cluster)
    if found is None:
        raise LocalError("There is no platform in the cluster. Make one with: ./edu cluster up")
    console.print(f"[bold]{lifecycle.said(found)}[/]  {found.get('status', {}).get('url', '')}\n")
    console.print(_conditions(found))
    console.print(_services(found))


def _conditions(found: dict[str, Any]) -> Table:
    rows = table("condition", "", "reason", "message")
    for condition in found.get("status", {}).get("conditions", []):
        rows.add_row(condition["type"], condition["status"], condition["reason"], condition["message"])
    return rows


def _services(found: dict[str, Any]) -> Table:
    rows = table("service", "pods", "pool", "image")
    for service in found.get("status", {}).get("services", []):
        pods = f"{service['ready']}/{service['desired']}"
        rows.add_row(service["name"], pods, str(service.get("poolSize", "")), service.get("image", ""))
    return rows


def down(cluster: Cluster = build.CLUSTER) -> None:
    """Delete the cluster and everything in it."""
    _require(cluster)
    with step(f"delete the kind cluster {cluster}"):
        build.run("kind", "delete", "cluster", "--name", cluster)


def run_tests(
    context: typer.Context,
    reuse: Annotated[str, typer.Option(help="Name of a kind cluster to use and keep, in place of a new one.")] = "",
) -> None:
    """What the platform must stand on a real cluster; what follows goes to pytest, such as -k refused."""
    environment = {**os.environ, "EDU_CLUSTER_TESTS": "1", **({"EDU_TEST_CLUSTER": reuse} if reuse else {})}
    command = [sys.executable, "-m", "pytest", "tests/cluster", *context.args]
    raise typer.Exit(subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode)


def _require(cluster: str) -> None:
    if cluster not in build.clusters():
        raise LocalError(f"There is no kind cluster {cluster}. Make one with: ./edu cluster up")
