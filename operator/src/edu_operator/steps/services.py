"""The five services: pods are updated only after the migration; until it succeeds, the running ones stay."""

from edu_operator import jobs, results, values
from edu_operator.context import ReconcileContext
from edu_operator.status import Problem
from edu_operator.steps.run_job import run_job
from edu_operator.values import CREDENTIALS_DIGITS, Release, digest


async def run(context: ReconcileContext) -> None:
    for service in values.PORTS:
        await _service(context, service)


async def _service(context: ReconcileContext, service: str) -> None:
    named = (values.database_secret(context.platform, service), values.redis_secret(context.platform))
    urls = [context.url(secret) for secret in named if secret]
    keys = context.observed.service_keys(context.platform, service)
    release = values.service(context.platform, service, credentials=digest([*urls, *keys], CREDENTIALS_DIGITS))
    if context.findings.databases.get(service) is not None or not all(urls) or not context.has_shared_secrets:
        context.held.add(release.name)
        return
    with context.holding(release.name):
        if await _migrate(context, service, release):
            await context.apply_release(values.staged(release, "workload"))
        else:
            context.held.add(release.name)


async def _migrate(context: ReconcileContext, service: str, release: Release) -> bool:
    """Return whether the database has the schema of the service's image."""
    migrations = context.findings.migrations
    for item in await context.renderer.render(values.staged(release, "migration")):
        if item["kind"] != "Job":
            await context.apply(item)
            continue
        record = await run_job(context, item, "migrate", migrations.get(service, {}))
        migrations[service] = {"service": service, **results.migration_record(record)}
    record = migrations[service]
    if record["state"] == jobs.FAILED:
        remedy = f"delete the Job {record['job']} to try again"
        message = f"{service}: the migration failed, the pods before it go on; {remedy}: {record.get('message', '')}"
        context.findings.problems.append(Problem(service, "MigrationFailed", message[:600]))
    return record["state"] == jobs.SUCCEEDED
