"""The outcome of a Job, read from its status and from its pod's termination log."""

import json
from typing import Any, cast

from edu_operator.objects import Job, Pod
from edu_operator.types import Object

RUNNING, SUCCEEDED, FAILED = "Running", "Succeeded", "Failed"
MESSAGE_LENGTH = 600


def as_job(item: Object) -> Job:
    return cast("Job", item)


def as_pod(item: Object) -> Pod:
    return cast("Pod", item)


def state(job: Job) -> str:
    """Return whether a Job is RUNNING, SUCCEEDED or FAILED."""
    for condition in job.get("status", {}).get("conditions", []):
        if condition["status"] == "True" and condition["type"] in {"Complete", "Failed"}:
            return SUCCEEDED if condition["type"] == "Complete" else FAILED
    return RUNNING


def reason(job: Job) -> str:
    """Return why a Job failed, in the words of the Job controller."""
    found = [item for item in job.get("status", {}).get("conditions", []) if item["type"] == "Failed"]
    return f"{found[0].get('reason', '')}: {found[0].get('message', '')}" if found else ""


def termination_message(pods: list[Pod]) -> str:
    """Return the termination message of the container that ended last."""
    ended = [
        status["state"]["terminated"]
        for pod in pods
        for status in pod.get("status", {}).get("containerStatuses", [])
        if "terminated" in status["state"]
    ]
    latest = max(ended, key=lambda item: item["finishedAt"], default=None)
    return latest.get("message", "") if latest else ""


def report(message: str) -> dict[str, Any]:
    """Return the JSON that a Job reported in its termination message; empty when it reported none."""
    try:
        found = json.loads(message)
    except ValueError:
        return {}
    return cast("Object", found) if isinstance(found, dict) else {}


def explanation(job: Job, message: str) -> str:
    """Return one sentence of limited length on why a Job failed."""
    end = message.strip()[-MESSAGE_LENGTH:]
    return f"{reason(job)}: {end}" if end else reason(job)
