"""A recording fake of Tilt's API: the Tiltfile runs in a real Starlark interpreter and calls the fake."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import starlark
import yaml

from helm import CHARTS, PROJECT, helm

Object = dict[str, Any]


@dataclass(frozen=True)
class Build:
    """One `docker_build`."""

    ref: str
    dockerfile: str
    target: str
    only: list[str]
    live_update: list[Object]
    build_args: dict[str, str]

    def syncs(self) -> dict[str, str]:
        """Return the container's folders by those of the project."""
        return {step["from"]: step["to"] for step in self.live_update if step["step"] == "sync"}

    def fallbacks(self) -> list[str]:
        return [path for step in self.live_update if step["step"] == "fall_back_on" for path in step["paths"]]


@dataclass(frozen=True)
class Resource:
    """One `k8s_resource`."""

    name: str
    ports: list[tuple[int, int]]
    links: list[str]
    dependencies: list[str]


@dataclass
class Tilt:
    """What a Tiltfile requested. Signatures are as narrow as its calls, so that a misspelt argument fails."""

    arguments: Object = field(default_factory=dict[str, Any])
    contexts: list[str] = field(default_factory=list[str])
    commands: list[str] = field(default_factory=list[str])
    builds: list[Build] = field(default_factory=list[Build])
    objects: list[Object] = field(default_factory=list[Object])
    resources: list[Resource] = field(default_factory=list[Resource])
    image_paths: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def evaluate(self, source: str) -> None:
        module = starlark.Module()
        module["TRIGGER_MODE_MANUAL"] = "manual"
        for name, function in self._api().items():
            module.add_callable(name, function)
        dialect = starlark.Dialect.extended()
        dialect.enable_top_level_stmt = True
        library = starlark.Globals.extended_by([starlark.LibraryExtension.StructType])
        starlark.eval(module, starlark.parse("fake", NAMESPACES, dialect), library)
        starlark.eval(module, starlark.parse("Tiltfile", source, dialect), library)

    def _api(self) -> dict[str, Callable[..., Any]]:
        return {
            "_define_bool": _define_bool,
            "_parse": lambda: self.arguments,
            "_exists": _exists,
            "allow_k8s_contexts": self.contexts.append,
            "local": self._local,
            "read_file": _read_file,
            "read_yaml": _read_yaml,
            "helm": _helm,
            "decode_yaml_stream": _decode_yaml_stream,
            "encode_yaml_stream": json.dumps,
            "k8s_yaml": self._yaml,
            "k8s_kind": self._kind,
            "k8s_resource": self._resource,
            "docker_build": self._build,
            "sync": _sync,
            "fall_back_on": _fall_back_on,
            "link": _link,
        }

    def _local(self, command: str, *, quiet: bool) -> None:
        assert quiet
        self.commands.append(command)

    def _yaml(self, text: str) -> None:
        self.objects.extend(json.loads(text))

    def _kind(self, kind: str, *, image_json_path: list[str]) -> None:
        self.image_paths[kind] = image_json_path

    def _build(
        self,
        ref: str,
        context: str,
        *,
        dockerfile: str,
        only: list[str],
        target: str = "",
        live_update: list[Object] | None = None,
        build_args: dict[str, str] | None = None,
    ) -> None:
        assert context == "."
        self.builds.append(Build(ref, dockerfile, target, only, live_update or [], build_args or {}))

    def _resource(
        self,
        workload: str,
        *,
        port_forwards: list[str] | None = None,
        links: list[str] | None = None,
        resource_deps: list[str] | None = None,
        labels: list[str] | None = None,
        trigger_mode: str = "auto",
        auto_init: bool = True,
    ) -> None:
        assert auto_init or trigger_mode == "manual"
        ports = [(int(local), int(remote)) for local, _, remote in (it.partition(":") for it in port_forwards or [])]
        self.resources.append(Resource(workload, ports, links or [], resource_deps or []))


def _define_bool(name: str, *, usage: str) -> None:
    assert name
    assert usage


def _exists(path: str) -> bool:
    return (PROJECT / path).exists()


def _read_file(path: str) -> str:
    return f"content of {path}"


def _read_yaml(path: str) -> Object:
    return yaml.safe_load((PROJECT / path).read_text())


def _helm(folder: str, *, name: str, namespace: str, set: list[str] | None = None) -> str:  # noqa: A002 - Tilt's word
    assert (PROJECT / folder).parent == CHARTS
    flags = [argument for value in set or [] for argument in ("--set", value)]
    done = helm("template", name, folder, "--namespace", namespace, *flags)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _decode_yaml_stream(text: str) -> list[Object]:
    return [item for item in yaml.safe_load_all(text) if item]


def _sync(local: str, remote: str) -> Object:
    return {"step": "sync", "from": local, "to": remote}


def _fall_back_on(paths: list[str]) -> Object:
    return {"step": "fall_back_on", "paths": paths}


def _link(url: str, name: str) -> str:
    assert name
    return url


NAMESPACES = """
config = struct(define_bool=_define_bool, parse=_parse)
os = struct(path=struct(exists=_exists))
"""


def evaluated(**arguments: Any) -> Tilt:
    """Return what `tilt up -- …` would do."""
    tilt = Tilt(arguments)
    tilt.evaluate((PROJECT / "Tiltfile").read_text())
    return tilt


def stages(dockerfile: Path) -> list[str]:
    """Return the names of a Dockerfile's stages."""
    words = [line.split() for line in dockerfile.read_text().splitlines() if line.startswith("FROM ")]
    return [line[3] for line in words if len(line) == 4]
