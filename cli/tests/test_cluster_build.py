"""`edu cluster build`: its errors, and that it agrees with the charts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from edu_cli.cluster import build
from edu_cli.devserver.state import PROJECT
from edu_cli.errors import LocalError


def chart_images() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each image that a chart names, with the version of its chart's application."""
    for path in PROJECT.glob("charts/*/values.yaml"):
        version = yaml.safe_load((path.parent / "Chart.yaml").read_text()).get("appVersion", "")
        values: dict[str, Any] = yaml.safe_load(path.read_text())
        sections: list[dict[str, Any]] = [values, *(value for value in values.values() if isinstance(value, dict))]
        for section in sections:
            if "image" in section:
                yield version, section["image"]


def test_an_unknown_component_is_rejected() -> None:
    with pytest.raises(LocalError, match="no component mail"):
        build.build_images(["course", "mail"])


def test_without_docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalError, match="docker was not found"):
        build.build_images(["course"])


def test_an_error_shows_the_end_of_the_output() -> None:
    with pytest.raises(LocalError, match="no-such-file"):
        build.run("ls", "no-such-file")


def test_every_component_has_its_dockerfile() -> None:
    assert [image for image in build.IMAGES.values() if not (PROJECT / image.dockerfile).is_file()] == []


def test_the_charts_name_what_is_built() -> None:
    built = {image["repository"]: version for version, image in chart_images() if image["registry"]}
    assert {image["registry"] for _, image in chart_images() if image["registry"]} == {build.REGISTRY}
    assert built == {f"edu-{component}": build.TAG for component in build.IMAGES}


def test_third_party_images_are_those_of_the_charts() -> None:
    third_party = {
        f"{image['repository']}:{image['tag'] or version}" for version, image in chart_images() if not image["registry"]
    }
    grafana = {name for name in third_party if name.startswith("grafana/")}
    assert third_party - grafana == set(build.THIRD_PARTY)
