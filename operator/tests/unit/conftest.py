"""Platforms as the API server returns them: with the defaults of the CRD's own schema."""

import shutil
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import pytest
import yaml

from edu_operator.types import Object, Platform
from helm import CHARTS, build_dependencies

CRD = CHARTS / "eduplatform-crds/templates/eduplatform.yaml"


@cache
def schema() -> Object:
    version = yaml.safe_load(CRD.read_text())["spec"]["versions"][0]
    return version["schema"]["openAPIV3Schema"]["properties"]["spec"]


def defaulted(value: Any, part: Object) -> Any:
    """Return a value as the API server would store it: with defaults, from outside to inside."""
    if not isinstance(value, dict) or "properties" not in part:
        return cast("Any", value)
    filled = dict(cast("Object", value))
    for name, inner in part["properties"].items():
        if name not in filled and "default" in inner:
            filled[name] = inner["default"]
        if name in filled:
            filled[name] = defaulted(filled[name], inner)
    return filled


@pytest.fixture
def spec_schema() -> Object:
    return schema()


MakePlatform = Callable[..., Platform]


@pytest.fixture
def platform() -> MakePlatform:
    """Return a function `platform(spec, status)` that makes a platform with the name demo."""

    def make(spec: Object | None = None, status: Object | None = None) -> Platform:
        meta = {"name": "demo", "namespace": "edu", "uid": "u-1", "generation": 3}
        return Platform.read({"metadata": meta, "spec": defaulted(spec or {}, schema()), "status": status or {}})

    return make


@pytest.fixture(scope="session")
def helm() -> str:
    """Return Helm, with the charts' dependencies built."""
    found = shutil.which("helm")
    if found is None:
        pytest.skip("helm is not installed")
    build_dependencies()
    return found
