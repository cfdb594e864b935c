"""`load`, `capacity` and `compare` on real platforms: what they print, and the reports that they leave."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edu_cli.bench.compare import Side
from edu_cli.cli import app
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.services import NAMES
from edu_cli.devserver.testing import QUICK, temporary_platform
from edu_cli.errors import LocalError


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with temporary_platform(replace(QUICK, seed="small")) as platform:
        yield platform


@pytest.fixture(autouse=True)
def running(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDU_HOME", str(platform.state.root))
    monkeypatch.setenv("SEED_SIZE", "small")


def edu(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})


def test_a_load_leaves_reports_for_people_and_programs(tmp_path: Path) -> None:
    done = edu("load", "--users", "5", "--duration", "12", "--report", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "POST /identity/login" in done.output
    entries = json.loads((tmp_path / "load.json").read_text())
    assert sum(entry["num_requests"] for entry in entries) > 10
    assert "Aggregated" in (tmp_path / "load_stats.csv").read_text()
    assert "<html" in (tmp_path / "report.html").read_text()


def test_a_rate_is_measured_and_everything_about_it_kept(tmp_path: Path) -> None:
    done = edu("capacity", "--rate", "10", "--duration", "3", "--p99", "9000", "--report", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "Capacity: 10 requests/s with p99 below 9000 ms and 0 % of errors." in done.output
    assert "machine" in done.output
    (step,) = json.loads((tmp_path / "capacity.json").read_text())["steps"]
    assert step["good"]
    assert step["latency_ms"]["count"] == sum(figures["count"] for figures in step["requests"].values()) > 10
    names = {resource["name"] for resource in step["resources"]}
    assert {"course process", "gateway process", "postgres: course", "machine", "driver"} <= names
    rows = (tmp_path / "capacity.csv").read_text().splitlines()
    assert len(rows) == 2 + len(step["requests"])
    page = (tmp_path / "capacity.html").read_text()
    ET.fromstring(re.findall(r"<svg.*?</svg>", page, re.DOTALL)[0])  # noqa: S314 - written a moment ago


def test_a_rate_that_is_too_much_is_no_success() -> None:
    done = edu("capacity", "--rate", "10", "--duration", "2", "--p99", "1", "--mix", "search=2,login=1")

    assert done.exit_code == 1
    assert "p99 is not below 1 ms" in done.output
    assert "Capacity: 0 requests/s" in done.output


def test_a_platform_that_is_asked_little_keeps_what_it_promises_under_overload(tmp_path: Path) -> None:
    done = edu("overload", "--rate", "4", "--duration", "5", "--p99", "9000", "--report", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "Well again" in done.output
    document = json.loads((tmp_path / "overload.json").read_text())
    assert [phase["rate"] for phase in document["phases"]] == [2, 8, 2]
    assert all(phase["accepted_rate"] > 0 and not phase["errors"] for phase in document["phases"])
    chart = ET.parse(tmp_path / "overload.svg").getroot()  # noqa: S314 - written a moment ago
    assert sum(element.tag.endswith("polyline") for element in chart) == 3


def test_overload_names_the_promise_that_was_broken() -> None:
    done = edu("overload", "--rate", "4", "--duration", "3", "--p99", "1")

    assert done.exit_code == 1
    assert "p99 of the accepted requests was" in done.output


def test_a_soak_draws_the_memory_of_each_process(tmp_path: Path) -> None:
    done = edu("soak", "--rate", "8", "--minutes", "0.4", "--report", str(tmp_path))

    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "soak.json").read_text())
    names = {process["name"] for process in document["processes"]}
    assert names == {*NAMES, "gateway", "postgres"}
    assert all(len(process["points"]) >= 2 for process in document["processes"])
    assert document["outcomes"]["accepted"] > 10
    chart = ET.parse(tmp_path / "soak.svg").getroot()  # noqa: S314 - written a moment ago
    assert sum(element.tag.endswith("polyline") for element in chart) == len(names)


@pytest.mark.parametrize(
    ("mix", "remedy"), [("searching", "there are list, course"), ("search=many", "It should look like search=2")]
)
def test_a_mix_that_is_none_is_explained(mix: str, remedy: str) -> None:
    assert remedy in str(edu("capacity", "--mix", mix).exception)


def test_a_platform_without_the_accounts_is_explained() -> None:
    done = edu("capacity", "--size", "full", "--rate", "5", "--duration", "1")

    assert "of another size" in str(done.exception)


def test_two_settings_are_measured_in_turns(own_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDU_HOME", str(own_state))
    sides = ("course.DB_POOL_SIZE=2", "course.DB_POOL_SIZE=20")

    done = edu(
        "compare",
        *sides,
        *("--size", "small", "--rounds", "2", "--duration", "2", "--rate", "20"),
        "--report",
        str(tmp_path),
    )

    assert done.exit_code == 0, done.output
    turns = re.findall(r"Round (\d) of 2: (\S+)", done.output)
    assert turns == [(number, side) for number in "12" for side in sides]
    rows = (tmp_path / "compare.csv").read_text().splitlines()
    assert {tuple(row.split(",")[:2]) for row in rows[1:]} >= {(side, "login") for side in sides}
    document = json.loads((tmp_path / "compare.json").read_text())
    assert [len(side["rounds"]) for side in document["sides"]] == [2, 2]
    chart = ET.parse(tmp_path / "compare.svg").getroot()  # noqa: S314 - written a moment ago
    assert sum(element.tag.endswith("rect") for element in chart) == 1 + 2 * 2 * len(document["sides"][0]["operations"])


def test_a_side_is_a_profile_or_settings_or_several() -> None:
    assert Side.parse("standard").environments == {name: {} for name in NAMES}
    assert Side.parse("baseline").environments["course"]["SEARCH"] == "ilike"
    assert Side.parse("CACHE=none").environments == {name: {"CACHE": "none"} for name in NAMES}
    assert Side.parse("course.A=1,course.B=x=y").environments == {"course": {"A": "1", "B": "x=y"}}


@pytest.mark.parametrize("text", ["fast", "courses.CACHE=none", "=1", "course.=1"])
def test_what_is_no_side_is_explained(text: str) -> None:
    with pytest.raises(LocalError, match="is neither a profile"):
        Side.parse(text)
