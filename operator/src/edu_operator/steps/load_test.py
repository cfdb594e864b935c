"""Load tests: one run per token. It starts when the platform matches its spec, and ends early when that changes."""

from datetime import UTC, datetime

from edu_operator import jobs, metrics, results, status, values
from edu_operator.context import ReconcileContext
from edu_operator.steps.run_job import delete_jobs, termination_message
from edu_operator.types import Object


async def run(context: ReconcileContext) -> None:
    release = context.platform.release("loadtest")
    context.held.add(release)
    with context.holding(release):
        if context.findings.load_test.get("state") == jobs.RUNNING:
            await _watch(context)
        token, last = context.platform.spec.load_test.run_token, context.findings.load_test
        is_new = token and last.get("token") != token and last.get("state") != jobs.RUNNING
        if is_new and status.is_ready(context.platform, context.observed, context.findings):
            await _start(context, token)


async def _start(context: ReconcileContext, token: str) -> None:
    context.findings.archive_load_test()
    record: Object = {
        "state": jobs.RUNNING,
        "token": token,
        "specHash": values.measured_hash(context.platform),
        "startedAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "poolSizes": {service: values.pool(context.platform, service)["size"] for service in values.PORTS},
    }
    await delete_jobs(context, "loadtest")
    for item in await context.renderer.render(values.load_test(context.platform)):
        if item["kind"] != "Job":
            await context.apply(item)
            continue
        job = values.named_by(item, [token])
        await context.create(job)
        if item["metadata"]["name"].endswith("-master"):
            record["job"] = job["metadata"]["name"]
    await context.emit_event("LoadTestStarted", f"load test {token}")
    context.findings.load_test = record


async def _watch(context: ReconcileContext) -> None:
    record = context.findings.load_test
    if record["specHash"] != values.measured_hash(context.platform):
        await _end(context, {"state": "Superseded", "message": "the platform changed during the run"})
        return
    job = context.observed.job(context.platform, record["job"])
    if job is None:
        await _end(context, {"state": jobs.FAILED, "message": "its Job was deleted"})
    elif jobs.state(job) != jobs.RUNNING:
        message = await termination_message(context, record["job"])
        await _end(context, results.load_test(context.platform, job, message))


async def _end(context: ReconcileContext, result: Object) -> None:
    context.findings.load_test = {**context.findings.load_test, **result}
    metrics.JOB_OUTCOMES.labels("loadtest", result["state"]).inc()
    keep = "" if result["state"] == "Superseded" else context.findings.load_test["job"]
    await delete_jobs(context, "loadtest", keep=keep)
    await context.emit_event("LoadTestEnded", f"load test: {result['state']}")
