"""The Job that loads demonstration data, once all databases are migrated."""

from edu_operator import jobs, results, values
from edu_operator.context import ReconcileContext
from edu_operator.status import Problem
from edu_operator.steps.run_job import run_job


async def run(context: ReconcileContext) -> None:
    spec, findings = context.platform.spec.seed, context.findings
    if not spec.enabled:
        return
    release = values.seed(context.platform)
    states = [findings.migrations.get(service, {}).get("state") for service in values.PORTS]
    if any(state != jobs.SUCCEEDED for state in states) or any(findings.databases.values()):
        context.held.add(release.name)
        return
    with context.holding(release.name):
        for item in await context.renderer.render(release):
            if item["kind"] != "Job":
                await context.apply(item)
                continue
            job = values.named_by(item, [spec.size, spec.run_token])
            record = await run_job(context, job, "seed", findings.seed)
            findings.seed = results.seed_record(record, spec.run_token)
        if findings.seed.get("state") == jobs.FAILED:
            message = f"seed: {findings.seed.get('message', '')}"
            findings.problems.append(Problem("seed", "SeedFailed", message[:600]))
