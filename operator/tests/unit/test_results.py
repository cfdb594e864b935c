"""The report of Locust's master, and whether it meets the thresholds."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from edu_operator import jobs, results
from edu_operator.types import Object, Platform

MakePlatform = Callable[..., Platform]
REPORT = {"requests": 1000, "errors": 5, "rps": 50.0, "p50Ms": 20, "p95Ms": 90, "p99Ms": 150}
ENDED = jobs.as_job({"kind": "Job", "status": {"conditions": [{"type": "Complete", "status": "True"}]}})


def result(platform: MakePlatform, thresholds: Object, **report: Any) -> Object:
    made = platform({"loadTest": {"thresholds": thresholds}})
    return results.load_test(made, ENDED, json.dumps({**REPORT, **report}))


@pytest.mark.parametrize(
    ("thresholds", "passed"),
    [
        ({"p99Ms": 150, "errorPercent": 1}, True),
        ({"p99Ms": 149, "errorPercent": 1}, False),
        ({"p99Ms": 150, "errorPercent": 0}, False),
    ],
)
def test_both_thresholds_count(platform: MakePlatform, thresholds: Object, passed: bool) -> None:
    assert result(platform, thresholds)["thresholdsPassed"] is passed


def test_errors_are_also_reported_in_percent(platform: MakePlatform) -> None:
    assert result(platform, {})["errorPercent"] == 0.5


def test_pools_and_operations_are_kept_as_they_were_reported(platform: MakePlatform) -> None:
    parts: Object = {
        "poolSaturation": {"course": 0.9},
        "peakConnections": {"course": 18},
        "operations": {"GET /course/courses": {"requests": 7, "errors": 1, "p50Ms": 3, "p99Ms": 12}},
    }
    found = result(platform, {}, **parts)
    assert {name: found[name] for name in parts} == parts


def test_a_run_without_requests_has_failed(platform: MakePlatform) -> None:
    found = result(platform, {}, requests=0, errors=0)
    assert (found["state"], found["message"]) == ("Failed", "Locust reported no requests")


def test_a_job_that_failed_has_its_pod_s_message(platform: MakePlatform) -> None:
    failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "no more tries"}
    job = jobs.as_job({"kind": "Job", "status": {"conditions": [failed]}})
    found = results.load_test(platform(), job, "no workers came")
    assert found == {"state": "Failed", "message": "BackoffLimitExceeded: no more tries: no workers came"}
