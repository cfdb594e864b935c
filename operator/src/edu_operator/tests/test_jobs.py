"""What came of a Job."""

from edu_operator import jobs
from edu_operator.types import Object


def job(kind: str, state: str = "True") -> Object:
    return {
        "status": {"conditions": [{"type": kind, "status": state, "reason": "BackoffLimitExceeded", "message": "m"}]}
    }


def pod(message: str, at: str) -> Object:
    ended = {"message": message, "finishedAt": at}
    return {"status": {"containerStatuses": [{"state": {"terminated": ended}}]}}


def test_a_job_without_conditions_goes_on() -> None:
    assert jobs.state({}) == jobs.RUNNING


def test_only_a_true_condition_ends_it() -> None:
    assert [jobs.state(job(kind, state)) for kind, state in (("Failed", "False"), ("Failed", "True"))] == [
        jobs.RUNNING,
        jobs.FAILED,
    ]
    assert jobs.state(job("Complete")) == jobs.SUCCEEDED


def test_the_pod_that_ended_last_has_the_last_word() -> None:
    assert jobs.last_words([pod("second", "2026-11-20T12:00:01Z"), pod("first", "2026-11-20T12:00:00Z")]) == "second"


def test_words_that_are_no_json_object_are_no_report() -> None:
    assert [jobs.report(words) for words in ("", "killed", "[1]", '{"rows": {}}')] == [{}, {}, {}, {"rows": {}}]


def test_an_explanation_is_of_bounded_length() -> None:
    assert len(jobs.explanation(job("Failed"), "x" * 5000)) < 700
