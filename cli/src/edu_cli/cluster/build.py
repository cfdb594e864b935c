"""The container images, and loading them into a kind cluster."""

import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from edu_cli.devserver.state import PROJECT
from edu_cli.errors import LocalError, last_lines
from edu_cli.ui import step
from edu_topology import SERVICES

REGISTRY = "localhost:5001/edu"
TAG = "0.2.0"
CLUSTER = "eduplatform"


@dataclass(frozen=True)
class Image:
    """How an image is built: its Dockerfile and the values of that file's arguments."""

    dockerfile: str
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])

    def options(self) -> list[str]:
        """Return the options of `docker build`."""
        arguments = [f"--build-arg={name}={value}" for name, value in self.arguments.items()]
        return ["--file", self.dockerfile, *arguments]


def _job(name: str, folder: str, command: str) -> Image:
    return Image("docker/job.Dockerfile", {"JOB": name, "FOLDER": folder, "COMMAND": command})


LOCUST = "locust -f /app/loadtest/src/edu_loadtest/locustfile.py"
IMAGES: Mapping[str, Image] = {
    **{name: Image("docker/service.Dockerfile", {"SERVICE": name}) for name in SERVICES},
    "seed": _job("seed", "seed-job", "python -m edu_seed"),
    "loadtest": _job("loadtest", "loadtest", LOCUST),
    "operator": Image("operator/Dockerfile"),
    "frontend": Image("frontend/Dockerfile"),
}
# Third-party images of the charts; a cluster without access to a registry gets them from this machine.
THIRD_PARTY = ("postgres:17", "redis:8", "prom/prometheus:v2.53.3")


def available() -> list[str]:
    """Return the components whose sources exist: a checkout may lack the front end."""
    return [name for name in IMAGES if name != "frontend" or (PROJECT / "frontend/package.json").exists()]


def build_images(components: Iterable[str], registry: str = REGISTRY, tag: str = TAG) -> list[str]:
    """Build the components' images and return the images' names."""
    images = {component: image(component, registry, tag) for component in components}
    if unknown := sorted(set(images) - set(IMAGES)):
        raise LocalError(f"There is no component {', '.join(unknown)}. The components are {', '.join(IMAGES)}.")
    for component, name in images.items():
        with step(f"image {name}"):
            run("docker", "build", "--quiet", *IMAGES[component].options(), "--tag", name, ".")
    return list(images.values())


def image(component: str, registry: str = REGISTRY, tag: str = TAG) -> str:
    """Return the name of a component's image."""
    return f"{registry}/edu-{component}:{tag}"


def load_images(images: Sequence[str], cluster: str) -> None:
    """Load all images in one call: shared layers are copied once, and those that the cluster has are skipped."""
    with step(f"load {len(images)} images"):
        run("kind", "load", "docker-image", "--name", cluster, *images)


def clusters() -> list[str]:
    """Return the names of the kind clusters on this machine."""
    return run("kind", "get", "clusters").split()


def is_present(image: str) -> bool:
    """Return whether docker has this image."""
    return bool(run("docker", "images", "--quiet", image))


def run(*command: str) -> str:
    """Return what the command prints; raise `LocalError` with the end of its output when it fails."""
    if not shutil.which(command[0]):
        raise LocalError(f"{command[0]} was not found. Install it, then run this again.")
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalError(f"`{' '.join(command)}` failed:\n{last_lines(done.stderr)}")
    return done.stdout
