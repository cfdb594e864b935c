"""What came of a Job, read from it and from what its pod wrote to its termination log."""

import json
from typing import Any, cast

from edu_operator.types import Object

RUNNING, SUCCEEDED, FAILED = "Running", "Succeeded", "Failed"
MESSAGE_LENGTH = 600
NOTHING: Object = {}


def state(job: Object) -> str:
    for condition in job.get("status", {}).get("conditions", []):
        if condition["status"] == "True" and condition["type"] in {"Complete", "Failed"}:
            return SUCCEEDED if condition["type"] == "Complete" else FAILED
    return RUNNING


def reason(job: Object) -> str:
    """Why it failed, in the words of the Job controller."""
    found = [item for item in job.get("status", {}).get("conditions", []) if item["type"] == "Failed"]
    return f"{found[0]['reason']}: {found[0]['message']}" if found else ""


def last_words(pods: list[Object]) -> str:
    """The termination message of the container that ended last."""
    ended = [
        status["state"]["terminated"]
        for pod in pods
        for status in pod.get("status", {}).get("containerStatuses", [])
        if "terminated" in status["state"]
    ]
    latest = max(ended, key=lambda item: item["finishedAt"], default=NOTHING)
    return latest.get("message", "")


def report(words: str) -> dict[str, Any]:
    """The JSON that a Job reported; empty when it reported none."""
    try:
        found = json.loads(words)
    except ValueError:
        return {}
    return cast("Object", found) if isinstance(found, dict) else {}


def explanation(job: Object, words: str) -> str:
    """One message of bounded length on why a Job failed."""
    said = words.strip()[-MESSAGE_LENGTH:]
    return f"{reason(job)}: {said}" if said else reason(job)
