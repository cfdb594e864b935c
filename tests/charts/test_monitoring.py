"""The configuration of Prometheus, checked by Prometheus's own tool and against the existing metrics."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

import edu_common.observability.metrics
import edu_operator.metrics
from helm import CHARTS, objects

IMAGE = "prom/prometheus:v2.53.3"
METRIC = re.compile(r"\b(?:http|db|outbox|events|cache|rate|eduplatform)_[a-z_]+")
DEFINING = (edu_common.observability.metrics, edu_operator.metrics)


def why_not() -> str:
    if shutil.which("docker") is None:
        return "docker was not found"
    command = ["docker", "image", "inspect", IMAGE]
    there = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own command
    return "" if there.returncode == 0 else f"the image {IMAGE} is not on this machine"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the files of the ConfigMap that Prometheus mounts."""
    (config,) = (
        item["data"]
        for item in objects("monitoring.plain")
        if item["kind"] == "ConfigMap" and "prometheus.yaml" in item["data"]
    )
    for name, text in config.items():
        (tmp_path / name).write_text(text)
    tmp_path.chmod(0o755)
    return tmp_path


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
@pytest.mark.parametrize("check", [["config", "--syntax-only", "prometheus.yaml"], ["rules", "alerts.yaml"]])
def test_promtool(folder: Path, check: list[str]) -> None:
    *words, name = check
    run = ["docker", "run", "--rm", "--entrypoint", "promtool", "--volume", f"{folder}:/etc/prometheus:ro", IMAGE]
    command = [*run, "check", *words, f"/etc/prometheus/{name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_ask_for_metrics_that_exist() -> None:
    groups = yaml.safe_load((CHARTS / "monitoring/files/alerts.yaml").read_text())["groups"]
    asked = {name for group in groups for rule in group["rules"] for name in METRIC.findall(rule["expr"])}
    there = {sample for family in REGISTRY.collect() for sample in (family.name, f"{family.name}_total")}
    there |= {f"{family.name}_bucket" for family in REGISTRY.collect() if family.type == "histogram"}
    assert all(DEFINING)
    assert asked
    assert asked - there == set()


def test_every_alert_says_what_to_do() -> None:
    groups = yaml.safe_load((CHARTS / "monitoring/files/alerts.yaml").read_text())["groups"]
    for rule in (rule for group in groups for rule in group["rules"]):
        assert rule["for"]
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert {"summary", "runbook"} <= set(rule["annotations"])
