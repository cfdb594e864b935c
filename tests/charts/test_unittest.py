"""The suites of helm-unittest: how a value affects a render."""

import subprocess

import pytest

from helm import CHARTS, HERE, tool

SUITES = {"service": "course", "exposure": "exposure", "jobs": "loadtest"}


@pytest.mark.parametrize(("suite", "chart"), SUITES.items())
def test_suite(suite: str, chart: str) -> None:
    path = f"../../{(HERE / 'unittest').relative_to(CHARTS.parent)}/{suite}_test.yaml"
    command = [tool("helm-unittest"), "--strict", "--file", path, str(CHARTS / chart)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tests:       0" not in done.stdout


def test_every_suite_is_run() -> None:
    assert {path.name.removesuffix("_test.yaml") for path in (HERE / "unittest").glob("*.yaml")} == set(SUITES)
