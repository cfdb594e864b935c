"""`cluster build`: the images, and how a kind cluster gets them."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from edu_cli.devserver.services import NAMES
from edu_cli.devserver.state import PROJECT
from edu_cli.errors import LocalError, last_lines
from edu_cli.ui import console, step

REGISTRY = "localhost:5001/edu"
TAG = "0.2.0"
CLUSTER = "eduplatform"
DOCKERFILES = {
    **{name: f"services/{name}/Dockerfile" for name in NAMES},
    "seed": "seed-job/Dockerfile",
    "loadtest": "loadtest/Dockerfile",
    "operator": "operator/Dockerfile",
    "frontend": "frontend/Dockerfile",
}
# Images of others that the charts name; a cluster without a way to a registry gets them from this machine.
OTHERS = ("postgres:17", "redis:8", "prom/prometheus:v2.53.3")


def build(
    parts: Annotated[list[str] | None, typer.Argument(help="Which parts; all of them when none is named.")] = None,
    registry: Annotated[str, typer.Option(help="Registry and path in the images' names.")] = REGISTRY,
    tag: Annotated[str, typer.Option(help="Their tag.")] = TAG,
    cluster: Annotated[str, typer.Option(help="The kind cluster to load them into, if it is there.")] = CLUSTER,
) -> None:
    """Build the images and load them into the kind cluster.

    Parts: identity, course, enrollment, payment, notification, seed, loadtest, operator, frontend.
    """
    images = build_images(parts or available(), registry, tag)
    if cluster in clusters():
        load_images([*images, *filter(is_present, OTHERS)], cluster)
    else:
        console.print(f"There is no kind cluster {cluster}: nothing loaded.")


def available() -> list[str]:
    """The parts whose sources are there: a checkout may lack the front end."""
    return [part for part in DOCKERFILES if part != "frontend" or (PROJECT / "frontend/package.json").exists()]


def build_images(parts: Iterable[str], registry: str = REGISTRY, tag: str = TAG) -> list[str]:
    """Build the parts' images; their names."""
    images = {part: image(part, registry, tag) for part in parts}
    if unknown := sorted(set(images) - set(DOCKERFILES)):
        raise LocalError(f"There is no part {', '.join(unknown)}. The parts are {', '.join(DOCKERFILES)}.")
    for part, name in images.items():
        with step(f"image {name}"):
            run("docker", "build", "--quiet", "--file", DOCKERFILES[part], "--tag", name, ".")
    return list(images.values())


def image(part: str, registry: str = REGISTRY, tag: str = TAG) -> str:
    return f"{registry}/edu-{part}:{tag}"


def load_images(images: Sequence[str], cluster: str) -> None:
    """All at once: layers that images share travel once, and what the cluster has already does not travel at all."""
    with step(f"load {len(images)} images"):
        run("kind", "load", "docker-image", "--name", cluster, *images)


def clusters() -> list[str]:
    """Names of the kind clusters on this machine."""
    return run("kind", "get", "clusters").split()


def is_present(image: str) -> bool:
    return bool(run("docker", "images", "--quiet", image))


def run(*command: str) -> str:
    """What the command prints; its last words are in the error when it fails."""
    if not shutil.which(command[0]):
        raise LocalError(f"{command[0]} was not found. Install it, then run this again.")
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalError(f"`{' '.join(command)}` failed:\n{last_lines(done.stderr)}")
    return done.stdout
