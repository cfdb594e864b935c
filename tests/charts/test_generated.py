"""What the charts have in common is written once, in charts/generate.py."""

import importlib.util
from pathlib import Path

import pytest

from helm import CHARTS


def generated() -> dict[Path, str]:
    spec = importlib.util.spec_from_file_location("generate", CHARTS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.files()


@pytest.mark.parametrize(("path", "content"), generated().items(), ids=lambda value: Path(str(value)).parent.name)
def test_the_committed_file_is_the_generated_one(path: Path, content: str) -> None:
    assert path.read_text() == content, "run: python charts/generate.py"


def test_every_chart_has_a_closed_schema() -> None:
    charts = {path.parent for path in CHARTS.glob("*/Chart.yaml")} - {CHARTS / "edu-lib"}
    assert {path.parent for path in generated() if path.name == "values.schema.json"} == charts
