"""`edu cluster build`: its refusals, and that it agrees with the charts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from edu_cli.cluster import build
from edu_cli.devserver.state import PROJECT
from edu_cli.errors import LocalError


def chart_images() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each image that a chart names, with the version of its chart's application."""
    for path in PROJECT.glob("charts/*/values.yaml"):
        version = yaml.safe_load((path.parent / "Chart.yaml").read_text()).get("appVersion", "")
        values: dict[str, Any] = yaml.safe_load(path.read_text())
        parts: list[dict[str, Any]] = [values, *(value for value in values.values() if isinstance(value, dict))]
        for part in parts:
            if "image" in part:
                yield version, part["image"]


def test_a_part_that_there_is_not() -> None:
    with pytest.raises(LocalError, match="no part mail"):
        build.build_images(["course", "mail"])


def test_without_docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalError, match="docker was not found"):
        build.build_images(["course"])


def test_a_failed_command_tells_its_last_words() -> None:
    with pytest.raises(LocalError, match="no-such-file"):
        build.run("ls", "no-such-file")


def test_every_part_has_its_dockerfile() -> None:
    assert [path for path in build.DOCKERFILES.values() if not (PROJECT / path).is_file()] == []


def test_the_charts_name_what_is_built() -> None:
    ours = {image["repository"]: version for version, image in chart_images() if image["registry"]}
    assert {image["registry"] for _, image in chart_images() if image["registry"]} == {build.REGISTRY}
    assert ours == {f"edu-{part}": build.TAG for part in build.DOCKERFILES}


def test_the_charts_name_the_images_of_others() -> None:
    others = {
        f"{image['repository']}:{image['tag'] or version}" for version, image in chart_images() if not image["registry"]
    }
    grafana = {name for name in others if name.startswith("grafana/")}
    assert others - grafana == set(build.OTHERS)
