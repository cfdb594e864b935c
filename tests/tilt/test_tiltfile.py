"""Everything that the Tiltfile names exists and fits together, and its live updates reach the running process.

Tilt itself is not run: its API is replaced by a fake.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from string import Template
from typing import Any

import pytest

from edu_common.testing.keys import secret_environment
from helm import PROJECT, build_dependencies
from tilt.fake_tilt import Build, Object, Tilt, evaluated, stages

WORKLOADS = {"Deployment", "StatefulSet", "Job", "EduPlatform"}
OURS = "localhost:5001/edu/"
PATIENCE = 60.0


def no_docker() -> str:
    if shutil.which("docker") is None:
        return "docker was not found"
    done = subprocess.run(["docker", "info"], capture_output=True, check=False)  # noqa: S607 - wherever it is
    return "" if done.returncode == 0 else "the docker daemon does not answer"


needs_docker = pytest.mark.skipif(bool(no_docker()), reason=no_docker() or "-")


@pytest.fixture(scope="module", params=[False, True], ids=["charts", "operator"])
def tilt(request: pytest.FixtureRequest) -> Tilt:
    build_dependencies()
    return evaluated(operator=request.param)


@pytest.fixture(scope="module")
def by_charts() -> Tilt:
    build_dependencies()
    return evaluated()


def workloads(tilt: Tilt) -> dict[str, Object]:
    return {item["metadata"]["name"]: item for item in tilt.objects if item["kind"] in WORKLOADS}


def containers(item: Object) -> list[Object]:
    return item.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])


class TestNames:
    def test_only_the_cluster_of_kind_config(self, tilt: Tilt) -> None:
        assert tilt.contexts == ["kind-eduplatform"]
        assert "\nname: eduplatform\n" in (PROJECT / "kind-config.yaml").read_text()

    def test_dockerfiles_stages_and_paths(self, tilt: Tilt) -> None:
        for build in tilt.builds:
            dockerfile = PROJECT / build.dockerfile
            assert dockerfile.is_file()
            assert not build.target or build.target in stages(dockerfile)
            for path in [*build.only, *build.syncs(), *build.fallbacks()]:
                assert (PROJECT / path).exists(), path

    def test_what_is_copied_is_sent_to_the_build(self, tilt: Tilt) -> None:
        for build in tilt.builds:
            text = Template((PROJECT / build.dockerfile).read_text()).safe_substitute(build.build_args)
            copied = [line.split()[1:-1] for line in text.splitlines() if re.match(r"COPY (?!--from)", line)]
            for path in {path for paths in copied for path in paths}:
                assert any(path == root or path.startswith(f"{root}/") for root in build.only), path

    def test_charts_of_the_commands(self, tilt: Tilt) -> None:
        built = [command.split()[-1] for command in tilt.commands if command.startswith("helm dependency build ")]
        assert built
        assert all((PROJECT / chart / "Chart.lock").is_file() for chart in built)

    def test_resources_are_workloads(self, tilt: Tilt) -> None:
        names = {resource.name for resource in tilt.resources}
        assert names <= set(workloads(tilt))
        assert {name for resource in tilt.resources for name in resource.dependencies} <= names

    def test_forwarded_ports_are_served(self, tilt: Tilt) -> None:
        taken = [local for resource in tilt.resources for local, _ in resource.ports]
        assert len(set(taken)) == len(taken)
        for resource in tilt.resources:
            served = {
                port["containerPort"]
                for container in containers(workloads(tilt)[resource.name])
                for port in container.get("ports", [])
            }
            assert {remote for _, remote in resource.ports} <= served

    def test_links_lead_to_forwarded_ports(self, tilt: Tilt) -> None:
        hosts = {item["spec"]["exposure"]["host"] for item in tilt.objects if item["kind"] == "EduPlatform"}
        for resource in tilt.resources:
            for url in resource.links:
                match = re.match(r"http://([^:/]+):(\d+)", url)
                assert match
                host, port = match[1], int(match[2])
                forwarded = port in [local for local, _ in resource.ports]
                assert (host == "localhost" and forwarded) or (host in hosts and port == 8080), url

    def test_every_image_of_ours_is_built_and_every_built_one_used(self, tilt: Tilt) -> None:
        used = {
            container["image"].rpartition(":")[0]
            for item in tilt.objects
            for container in containers(item)
            if container["image"].startswith(OURS)
        }
        used |= {image for item in tilt.objects for image in injected(tilt, item)}
        assert used == {build.ref for build in tilt.builds}


def injected(tilt: Tilt, item: Object) -> Iterator[str]:
    """Return the images of a custom resource, at the paths that `k8s_kind` names."""
    for path in tilt.image_paths.get(item["kind"], []):
        value: Any = item
        for key in path.strip("{}").lstrip(".").split("."):
            value = value[key]
        yield value


class TestLiveUpdate:
    def test_each_service_and_the_operator_have_one(self) -> None:
        build_dependencies()
        live = {
            build.ref.rpartition("-")[2]
            for on in (False, True)
            for build in evaluated(operator=on).builds
            if build.live_update
        }
        assert live >= {"identity", "course", "enrollment", "payment", "notification", "operator"}

    def test_only_dependencies_make_a_new_image(self, tilt: Tilt) -> None:
        for build in tilt.builds:
            if build.live_update:
                assert build.live_update[0]["step"] == "fall_back_on"
                assert "uv.lock" in build.fallbacks() or "frontend/package-lock.json" in build.fallbacks()

    def test_synced_files_are_part_of_the_image(self, tilt: Tilt) -> None:
        for build in tilt.builds:
            for source in build.syncs():
                assert any(source == root or source.startswith(f"{root}/") for root in build.only), source

    def test_pods_can_be_written_to(self, tilt: Tilt) -> None:
        live = {build.ref for build in tilt.builds if build.live_update}
        deployments = [item for item in tilt.objects if item["kind"] == "Deployment"]
        for container in [container for item in deployments for container in containers(item)]:
            if container["image"].rpartition(":")[0] in live:
                assert container["securityContext"]["readOnlyRootFilesystem"] is False


def try_docker(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = ["docker", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


def docker(*arguments: str) -> str:
    done = try_docker(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def build_image(build: Build) -> str:
    arguments = [f"--build-arg={name}={value}" for name, value in build.build_args.items()]
    return docker("build", "--quiet", "--file", build.dockerfile, *arguments, "--target", build.target, ".")


def python_builds() -> list[Build]:
    return [
        build
        for on in (False, True)
        for build in evaluated(operator=on).builds
        if build.live_update and "frontend" not in build.dockerfile
    ]


@needs_docker
class TestRunningProcess:
    def test_it_imports_from_where_files_are_synced_to(self) -> None:
        build_dependencies()
        for build in python_builds():
            package = f"edu_{build.ref.rpartition('-')[2]}"
            code = f"import {package} as p; print(p.__file__)"
            found = docker("run", "--rm", "--entrypoint", "python", build_image(build), "-c", code)
            assert any(found.startswith(f"{target}/{package}/") for target in build.syncs().values()), found

    def test_a_changed_file_is_served_without_a_new_container(self, by_charts: Tilt) -> None:
        """An edit of edu_common reaches the course service, by the command of its pod."""
        (build,) = (build for build in by_charts.builds if build.ref.endswith("edu-course"))
        (container,) = containers(workloads(by_charts)["demo-course"])
        variables = {"DATABASE_URL": "postgresql+asyncpg://x:x@127.0.0.1:1/x", **secret_environment("course")}
        environment = [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]
        command, *arguments = container["command"]
        name = docker("run", "--detach", *environment, "--entrypoint", command, build_image(build), *arguments)
        try:
            before = until_other(name, "")
            source = PROJECT / "libs/common/src/edu_common/__init__.py"
            edited = source.read_text().replace(before, "9.9.9")
            target = build.syncs()["libs/common/src"]
            write = f"import sys; open('{target}/edu_common/__init__.py', 'w').write(sys.argv[1])"
            docker("exec", name, "python", "-c", write, edited)
            assert until_other(name, before) == "9.9.9"
        finally:
            docker("rm", "--force", name)


def until_other(name: str, old: str) -> str:
    """Return the version that the process in the container serves, once it differs from `old`."""
    ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8002/health/live', timeout=2).read().decode())"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        done = try_docker("exec", name, "python", "-c", ask)
        version = json.loads(done.stdout)["version"] if done.returncode == 0 else old
        if version != old:
            return version
        time.sleep(0.2)
    pytest.fail(f"after {PATIENCE:g} s still {old or 'nothing'}: {docker('logs', '--tail', '20', name)}")
