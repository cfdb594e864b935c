"""Two platforms are measured alternately by `edu cluster compare`."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from cluster.kube import ALONE, Object, PlatformUnderTest
from edu_cli.cli import app

LOAD: Object = {"users": 10, "spawnRate": 10, "duration": "20s"}
SEEDED: Object = {**ALONE, "seed": {"enabled": True}}


def compare(a: PlatformUnderTest, b: PlatformUnderTest, *flags: str) -> Result:
    names = [f"{it.namespace}/{it.name}" for it in (a, b)]
    return CliRunner().invoke(
        app, ["cluster", "compare", *names, "--context", f"kind-{a.kube.cluster}", *flags], env={"COLUMNS": "160"}
    )


def test_a_profile_shows_in_the_latencies(
    platform: PlatformUnderTest, second: PlatformUnderTest, tmp_path: Path
) -> None:
    platform.apply(loadTest=LOAD)
    second.apply(**SEEDED, profile="baseline", loadTest=LOAD)
    for each in (platform, second):
        each.wait_ready()

    done = compare(platform, second, "--rounds", "2", "--report", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "profile" in done.output
    document = json.loads((tmp_path / "compare.json").read_text())
    assert {"field": "profile", "a": "standard", "b": "baseline"} in document["differences"]
    tokens = [[run["token"] for run in variant["runs"]] for variant in document["variants"]]
    assert tokens[0] == tokens[1]
    assert len(set(tokens[0])) == 2
    for each, variant in zip((platform, second), document["variants"], strict=True):
        assert each.status["loadTest"] == variant["runs"][-1]
        assert each.status["loadTestHistory"][0]["token"] == tokens[0][0]
        operations = variant["runs"][-1]["operations"]
        assert sum(it["requests"] for it in operations.values()) == variant["runs"][-1]["requests"]
    assert "GET /course/courses" in (tmp_path / "compare.csv").read_text()


def test_what_cannot_be_compared_is_told(platform: PlatformUnderTest, second: PlatformUnderTest) -> None:
    platform.apply(loadTest=LOAD)
    platform.wait_ready()

    second.apply(**ALONE, loadTest={**LOAD, "users": 11})
    assert "make spec.loadTest.users the same in both" in str(compare(platform, second).exception)
    second.apply(**ALONE, loadTest=LOAD)
    assert f"{second.namespace}/{second.name} is not Ready" in str(compare(platform, second).exception)
