"""Jobs that run once: named by a hash of their inputs, their outcome recorded in status."""

from edu_operator import jobs, metrics
from edu_operator.apply import Reference, is_owned
from edu_operator.context import ReconcileContext
from edu_operator.observe import JOB_LABEL, instance
from edu_operator.types import Object

KEPT_STATES = {jobs.SUCCEEDED, "Superseded", "AlreadySeeded"}
"""Outcomes after which a deleted Job is not run again."""


async def run_job(context: ReconcileContext, job: Object, task: str, record: Object) -> Object:
    """Return the record of a Job, creating the Job when it does not exist and has not ended yet.

    A Job that succeeded is never created again, even when it was deleted; one that failed is.
    """
    name = job["metadata"]["name"]
    context.wanted.add(Reference.of(job))
    if record.get("job") == name and record["state"] in KEPT_STATES:
        return record
    live = context.observed.job(context.platform, name)
    if live is None:
        live = jobs.as_job(await context.create(job))
        await context.emit_event("JobStarted", f"{task}: Job {name}")
    outcome = jobs.state(live)
    if outcome == jobs.RUNNING:
        return {"job": name, "state": outcome}
    if record.get("job") == name and record["state"] == outcome:
        return record
    metrics.JOB_OUTCOMES.labels(task, outcome).inc()
    message = await termination_message(context, name)
    if outcome == jobs.FAILED:
        explanation = jobs.explanation(live, message)
        await context.emit_event("JobFailed", f"{task}: Job {name}: {explanation}", "Warning")
        return {"job": name, "state": outcome, "message": explanation}
    return {"job": name, "state": outcome, "report": jobs.report(message)}


async def termination_message(context: ReconcileContext, job: str) -> str:
    pods = await context.api.list_objects("Pod", context.platform.key.namespace, f"{JOB_LABEL}={job}")
    return jobs.termination_message([jobs.as_pod(pod) for pod in pods])


async def delete_jobs(context: ReconcileContext, component: str, *, keep: str = "") -> None:
    """Delete the Jobs of a component except the one with the name to keep."""
    for job in context.observed.all("Job"):
        of_component = instance(job) == context.platform.release(component) and is_owned(job, context.platform)
        if of_component and job["metadata"]["name"] != keep:
            await context.api.delete(job)
