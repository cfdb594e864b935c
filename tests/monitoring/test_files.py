"""The committed files: dashboards as generated and well-formed, alert rules that fire when they should."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from .promql import DASHBOARDS, PROJECT, RULES, alerts

RUNBOOKS = "docs/how-to/runbooks.md"
RULE_TESTS = Path(__file__).with_name("alerts.test.yaml")
PANELS = [
    pytest.param(panel, id=f"{path.stem}: {panel['title']}")
    for path in DASHBOARDS
    for panel in json.loads(path.read_text())["panels"]
    if panel["type"] != "row"
]
APPLY_LIMIT_BYTES = 262_144


@pytest.mark.skipif(importlib.util.find_spec("grafana_foundation_sdk") is None, reason="grafana-foundation-sdk missing")
def test_the_dashboards_are_the_generated_ones() -> None:
    command = [sys.executable, "dashboards/generate.py", "--check"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - our words
    assert done.returncode == 0, f"run: python dashboards/generate.py\n{done.stdout}{done.stderr}"


def test_uids_and_panel_ids_are_unique() -> None:
    dashboards = [json.loads(path.read_text()) for path in DASHBOARDS]
    assert [board["uid"] for board in dashboards] == [path.stem for path in DASHBOARDS]
    for board in dashboards:
        ids = [panel["id"] for panel in board["panels"]]
        assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_fits_what_kubectl_apply_takes(path: Path) -> None:
    assert path.stat().st_size < APPLY_LIMIT_BYTES


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_explains_itself(panel: dict[str, Any]) -> None:
    assert panel["description"].strip().endswith(".")
    assert panel["datasource"]["uid"] == "${datasource}"
    assert panel["targets"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool was not found")
@pytest.mark.parametrize("check", [["check", "rules", str(RULES)], ["test", "rules", str(RULE_TESTS)]])
def test_promtool(check: list[str]) -> None:
    command = ["promtool", *check]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our words
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested_both_ways() -> None:
    tests = yaml.safe_load(RULE_TESTS.read_text())["tests"]
    fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert fired == {alert["alert"] for alert in alerts()}


def test_every_alert_has_a_runbook() -> None:
    titles = {line[3:] for line in (PROJECT / RUNBOOKS).read_text().splitlines() if line.startswith("## ")}
    assert titles == {alert["alert"] for alert in alerts()}
    for alert in alerts():
        assert alert["annotations"]["runbook"] == f"{RUNBOOKS}#{alert['alert'].lower()}"
