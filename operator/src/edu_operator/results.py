"""The records in `status` of Jobs that ended, from the Jobs' reports."""

from edu_operator import jobs
from edu_operator.objects import Job
from edu_operator.types import Object, Platform


def migration_record(record: Object) -> Object:
    """Return the entry of `status.migrations`; the Job's report is available only when it has just ended."""
    shown = {key: record[key] for key in ("job", "state", "message", "revision") if key in record}
    return shown | ({"revision": record["report"]["revision"]} if record.get("report", {}).get("revision") else {})


def seed_record(record: Object, token: str) -> Object:
    """Return `status.seed`; the Job's report is available only when it has just ended."""
    if "report" not in record:
        return {**record, "token": token} if record["state"] != "Succeeded" else record
    report = record["report"]
    return {
        "job": record["job"],
        "token": token,
        "state": jobs.SUCCEEDED if report.get("loaded", True) else "AlreadySeeded",
        "rows": report.get("rows", {}),
        "durationsSeconds": report.get("seconds", {}),
    }


def load_test(platform: Platform, job: Job, message: str) -> Object:
    """Return the report of Locust's master, and whether it met the thresholds."""
    if jobs.state(job) == jobs.FAILED:
        return {"state": jobs.FAILED, "message": jobs.explanation(job, message)}
    report = jobs.report(message)
    if not report.get("requests"):
        return {"state": jobs.FAILED, "message": "Locust reported no requests"}
    wanted = platform.spec.load_test.thresholds
    percent = round(100 * report["errors"] / report["requests"], 3)
    numbers = {name: report[name] for name in ("requests", "errors", "rps", "p50Ms", "p95Ms", "p99Ms")}
    parts = {name: report[name] for name in ("poolSaturation", "peakConnections", "operations") if report.get(name)}
    passed = report["p99Ms"] <= wanted.p99_ms and percent <= wanted.error_percent
    return {"state": jobs.SUCCEEDED, **numbers, **parts, "errorPercent": percent, "thresholdsPassed": passed}
