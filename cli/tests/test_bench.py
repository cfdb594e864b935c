"""`edu bench` on real platforms: what it prints, and the reports it writes."""

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edu_cli.bench import overload, soak
from edu_cli.bench.builds import Build
from edu_cli.bench.settings import Settings
from edu_cli.devserver.platform import Platform
from edu_cli.devserver.state import PROJECT
from edu_cli.devserver.testing import QUICK, copy_template, temporary_platform
from edu_cli.errors import LocalError
from edu_topology import SERVICES

from .conftest import edu


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with temporary_platform(replace(QUICK, seed="small")) as platform:
        yield platform


@pytest.fixture(autouse=True)
def running(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDU_HOME", str(platform.state.root))
    monkeypatch.setenv("SEED_SIZE", "small")


def test_locust_writes_reports_for_people_and_programs(tmp_path: Path) -> None:
    done = edu("bench", "locust", "--users", "10", "--spawn-rate", "10", "--duration", "6", "--report", str(tmp_path))

    assert done.code == 0, done
    assert "POST /identity/login" in done.stdout
    entries = json.loads((tmp_path / "load.json").read_text())
    assert sum(entry["num_requests"] for entry in entries) > 10
    assert "Aggregated" in (tmp_path / "load_stats.csv").read_text()
    assert "<html" in (tmp_path / "report.html").read_text()


def test_a_rate_is_measured_and_reported(tmp_path: Path) -> None:
    done = edu("bench", "capacity", "--rate", "10", "--duration", "3", "--p99", "9000", "--report", str(tmp_path))

    assert done.code == 0, done
    assert "Capacity: 10 requests/s with p99 below 9000 ms and 0 % of errors." in done.stdout
    assert "machine" in done.stdout
    (step,) = json.loads((tmp_path / "capacity.json").read_text())["steps"]
    assert step["passed"]
    assert step["latency_ms"]["count"] == sum(latency["count"] for latency in step["requests"].values()) > 10
    names = {resource["name"] for resource in step["resources"]}
    assert {"course process", "gateway process", "postgres: course", "machine", "driver"} <= names
    rows = (tmp_path / "capacity.csv").read_text().splitlines()
    assert len(rows) == 2 + len(step["requests"])
    page = (tmp_path / "capacity.html").read_text()
    ET.fromstring(re.findall(r"<svg.*?</svg>", page, re.DOTALL)[0])  # noqa: S314 - written a moment ago


def test_a_rate_that_is_too_high_fails() -> None:
    done = edu("bench", "capacity", "--rate", "10", "--duration", "2", "--p99", "1", "--mix", "search=2,login=1")

    assert done.code == 1
    assert "p99 is not below 1 ms" in done.stdout
    assert "Capacity: 0 requests/s" in done.stdout


def test_overload_is_reported_by_phase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overload, "AFTERWARDS_SECONDS", 6.0)
    done = edu("bench", "overload", "--rate", "4", "--duration", "4", "--p99", "9000", "--report", str(tmp_path))

    assert done.code == 0, done
    assert "Recovered" in done.stdout
    document = json.loads((tmp_path / "overload.json").read_text())
    assert [phase["rate"] for phase in document["phases"]] == [2, 8, 2]
    assert all(phase["accepted_rate"] > 0 and not phase["errors"] for phase in document["phases"])
    chart = ET.parse(tmp_path / "overload.svg").getroot()  # noqa: S314 - written a moment ago
    assert sum(element.tag.endswith("polyline") for element in chart) == 3


def test_overload_names_the_requirement_that_was_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overload, "AFTERWARDS_SECONDS", 3.0)
    done = edu("bench", "overload", "--rate", "4", "--duration", "3", "--p99", "1")

    assert done.code == 1
    assert "p99 of the accepted requests was" in done.stderr


def test_a_soak_draws_the_memory_of_each_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "SAMPLE_SECONDS", 1.0)
    done = edu("bench", "soak", "--rate", "8", "--minutes", "0.15", "--report", str(tmp_path))

    assert done.code == 0, done
    document = json.loads((tmp_path / "soak.json").read_text())
    names = {process["name"] for process in document["processes"]}
    assert names == {*SERVICES, "gateway", "postgres"}
    assert all(len(process["points"]) >= 2 for process in document["processes"])
    assert document["outcomes"]["accepted"] > 10
    chart = ET.parse(tmp_path / "soak.svg").getroot()  # noqa: S314 - written a moment ago
    assert sum(element.tag.endswith("polyline") for element in chart) == len(names)


@pytest.mark.parametrize(
    ("mix", "remedy"),
    [("searching", "The operations are list, course"), ("search=many", "It should look like search=2")],
)
def test_an_invalid_mix_is_explained(mix: str, remedy: str) -> None:
    assert remedy in edu("bench", "capacity", "--mix", mix).stderr


def test_a_platform_without_the_accounts_is_explained() -> None:
    done = edu("bench", "capacity", "--size", "full", "--rate", "5", "--duration", "1")

    assert "of another size" in done.stderr


def test_two_settings_are_measured_in_turns(own_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDU_HOME", str(own_state))
    copy_template(Platform(own_state / "compare-small", options=replace(QUICK, seed="small")))
    variants = ("course.DB_POOL_SIZE=2", "course.DB_POOL_SIZE=20")

    done = edu(
        *("bench", "compare", *variants, "--report", str(tmp_path)),
        *("--size", "small", "--rounds", "2", "--duration", "2", "--rate", "20"),
    )

    assert done.code == 0, done
    turns = re.findall(r"Round (\d) of 2: (\S+)", done.stdout)
    assert turns == [(number, variant) for number in "12" for variant in variants]
    rows = (tmp_path / "compare.csv").read_text().splitlines()
    assert {tuple(row.split(",")[:2]) for row in rows[1:]} >= {(variant, "login") for variant in variants}
    assert "CPU ms per request" in done.stdout
    document = json.loads((tmp_path / "compare.json").read_text())
    assert [len(variant["rounds"]) for variant in document["variants"]] == [2, 2]
    chart = ET.parse(tmp_path / "compare.svg").getroot()  # noqa: S314 - written a moment ago
    operations = document["variants"][0]["operations"]
    assert sum(element.tag.endswith("rect") for element in chart) == 1 + 2 * 2 * len(operations)


def test_two_builds_are_measured_in_turns(own_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDU_HOME", str(own_state))
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "edu").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m edu_cli "$@"\n')
        (tmp_path / name / "edu").chmod(0o755)
        copy_template(Platform(Build.at(tmp_path / name, "small").home, options=replace(QUICK, seed="small")))

    done = edu(
        *("bench", "compare", "--build", str(tmp_path / "before"), "--build", str(tmp_path / "after")),
        *("--size", "small", "--rounds", "1", "--duration", "3", "--rate", "20", "--report", str(tmp_path)),
    )

    assert done.code == 0, done
    assert re.findall(r"Round 1 of 1: (\w+)", done.stdout) == ["before", "after"]
    before, after = json.loads((tmp_path / "compare.json").read_text())["variants"]
    for variant in (before, after):
        assert all(0.1 < cpu < 1000 for cpu in variant["cpu_ms_per_request"])
        assert not variant["errors"]
        assert {"course process", "postgres: course"} <= set(variant["resources"])
    sent = [[turn["requests"] for turn in variant["rounds"]] for variant in (before, after)]
    assert [{name: latency["count"] for name, latency in turn.items()} for turn in sent[0]] == [
        {name: latency["count"] for name, latency in turn.items()} for turn in sent[1]
    ]


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ([], "Name two variants"),
        (["baseline"], "Name two variants"),
        (["--build", "."], "Give --build twice"),
        (["--build", ".", "--build", "."], "is not a checkout of EduPlatform"),
        (["--build", str(PROJECT), "--build", str(PROJECT)], "Both builds are the same folder"),
        (["--build", str(PROJECT), "--build", str(PROJECT), "--size", "x10"], "on the small or the full data"),
    ],
)
def test_an_incomplete_comparison_is_explained(
    arguments: list[str], remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    size = [] if "--size" in arguments else ["--size", "small"]

    assert remedy in edu("bench", "compare", *arguments, *size).stderr


def test_a_variant_is_a_profile_a_setting_or_several() -> None:
    assert Settings.parse("standard").environments == {name: {} for name in SERVICES}
    assert Settings.parse("baseline").environments["course"]["SEARCH"] == "ilike"
    assert Settings.parse("CACHE=none").environments == {name: {"CACHE": "none"} for name in SERVICES}
    assert Settings.parse("course.A=1,course.B=x=y").environments == {"course": {"A": "1", "B": "x=y"}}


@pytest.mark.parametrize("text", ["fast", "courses.CACHE=none", "=1", "course.=1"])
def test_an_invalid_variant_is_explained(text: str) -> None:
    with pytest.raises(LocalError, match="is neither a profile"):
        Settings.parse(text)
