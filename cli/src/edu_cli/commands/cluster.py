"""`cluster`: the platform on a Kubernetes cluster of kind."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from edu_cli.cluster import build as images
from edu_cli.cluster import lifecycle, platform_secret
from edu_cli.devserver.state import PROJECT
from edu_cli.errors import LocalError
from edu_cli.ui import console, step, table

app = typer.Typer(no_args_is_help=True, help="Run the platform on a Kubernetes cluster of kind.")
Cluster = Annotated[str, typer.Option(help="Name of the kind cluster.")]


@app.command()
def up(cluster: Cluster = images.CLUSTER) -> None:
    """Create the cluster, install images and operator, and wait until the platform of eduplatform.yaml is Ready."""
    if cluster not in images.clusters():
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


@app.command()
def status(cluster: Cluster = images.CLUSTER) -> None:
    """Show the platform's status: phase, conditions, services."""
    _require(cluster)
    found = lifecycle.platform(cluster)
    if found is None:
        raise LocalError("There is no platform in the cluster. Create one with: ./edu cluster up")
    console.print(f"[bold]{lifecycle.summary(found)}[/]  {found.get('status', {}).get('url', '')}\n")
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


@app.command()
def down(cluster: Cluster = images.CLUSTER) -> None:
    """Delete the cluster and everything in it."""
    _require(cluster)
    with step(f"delete the kind cluster {cluster}"):
        images.run("kind", "delete", "cluster", "--name", cluster)


@app.command()
def build(
    components: Annotated[list[str] | None, typer.Argument(help="Which components; all by default.")] = None,
    registry: Annotated[str, typer.Option(help="Registry and path in the images' names.")] = images.REGISTRY,
    tag: Annotated[str, typer.Option(help="Their tag.")] = images.TAG,
    cluster: Annotated[str, typer.Option(help="The kind cluster to load them into, if it exists.")] = images.CLUSTER,
) -> None:
    """Build the images and load them into the kind cluster.

    Components: identity, course, enrollment, payment, notification, seed, loadtest, operator, frontend.
    """
    built = images.build_images(components or images.available(), registry, tag)
    if cluster in images.clusters():
        images.load_images([*built, *filter(images.is_present, images.THIRD_PARTY)], cluster)
    else:
        console.print(f"There is no kind cluster {cluster}: nothing loaded.")


@app.command()
def keys(
    folder: Annotated[Path, typer.Argument(help="Where the files of the platform's Secret are.", file_okay=False)],
) -> None:
    """Make the files of the Secret that the charts share, or rotate the service keys of one that is there.

    `kubectl create secret generic demo-platform --from-file=FOLDER` makes the Secret of them. The operator needs none.
    """
    written = platform_secret.write(folder)
    console.print(f"{folder}: {', '.join(written)}", soft_wrap=True)


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="A platform, as namespace/name.")],
    b: Annotated[str, typer.Argument(help="The one to compare it with.")],
    rounds: Annotated[int, typer.Option(help="How often each platform is measured.", min=1, max=10)] = 3,
    context: Annotated[str, typer.Option(help="kubectl's context; by default the current one.")] = "",
    report: Annotated[
        Path | None, typer.Option(help="Folder that gets compare.json, .csv, .html and .svg.", file_okay=False)
    ] = None,
) -> None:
    """Run the load tests of two platforms in turns, A B A B, and show their results side by side.

    Both are EduPlatform objects that differ in what is compared, with the same spec.loadTest and the same data.
    """
    from edu_cli.cluster.compare import Comparison, Variant

    if a == b:
        raise LocalError(f"Both are {a}: name two platforms. A single one is measured by its spec.loadTest.runToken.")
    comparison = Comparison(Variant.parse(a, context), Variant.parse(b, context))
    comparison.prepare()
    comparison.run(rounds)
    comparison.show()
    if report:
        comparison.write(report)


@app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run_tests(
    context: typer.Context,
    reuse: Annotated[str, typer.Option(help="Name of a kind cluster to use and keep, instead of a new one.")] = "",
) -> None:
    """Run the tests that need a cluster; further arguments go to pytest, such as -k rejected."""
    environment = {**os.environ, "EDU_CLUSTER_TESTS": "1", **({"EDU_TEST_CLUSTER": reuse} if reuse else {})}
    command = [sys.executable, "-m", "pytest", "tests/cluster", *context.args]
    raise typer.Exit(subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode)


def _require(cluster: str) -> None:
    if cluster not in images.clusters():
        raise LocalError(f"There is no kind cluster {cluster}. Create one with: ./edu cluster up")
