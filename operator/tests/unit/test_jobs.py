"""The outcome of a Job."""

from edu_operator import jobs
from edu_operator.objects import Job, Metadata, Pod, Terminated

META: Metadata = {"name": "job", "namespace": "edu", "uid": "u-2", "resourceVersion": "1"}


def job(kind: str, state: str = "True") -> Job:
    reason = {"reason": "BackoffLimitExceeded", "message": "m"}
    return jobs.as_job({"kind": "Job", "status": {"conditions": [{"type": kind, "status": state, **reason}]}})


def pod(message: str, at: str) -> Pod:
    ended: Terminated = {"message": message, "finishedAt": at}
    status = {"image": "i:1", "ready": False, "restartCount": 0, "state": {"terminated": ended}}
    return jobs.as_pod({"kind": "Pod", "metadata": META, "status": {"containerStatuses": [status]}})


def test_a_job_without_conditions_is_running() -> None:
    assert jobs.state({"kind": "Job", "metadata": META}) == jobs.RUNNING


def test_only_a_true_condition_ends_it() -> None:
    assert [jobs.state(job(kind, state)) for kind, state in (("Failed", "False"), ("Failed", "True"))] == [
        jobs.RUNNING,
        jobs.FAILED,
    ]
    assert jobs.state(job("Complete")) == jobs.SUCCEEDED


def test_the_message_is_that_of_the_pod_that_ended_last() -> None:
    pods = [pod("second", "2026-11-20T12:00:01Z"), pod("first", "2026-11-20T12:00:00Z")]
    assert jobs.termination_message(pods) == "second"


def test_a_message_that_is_no_json_object_is_no_report() -> None:
    assert [jobs.report(message) for message in ("", "killed", "[1]", '{"rows": {}}')] == [{}, {}, {}, {"rows": {}}]


def test_an_explanation_is_of_bounded_length() -> None:
    assert len(jobs.explanation(job("Failed"), "x" * 5000)) < 700
