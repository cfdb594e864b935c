"""Components other than services and databases: Redis, front end, exposure, monitoring."""

from edu_operator import values
from edu_operator.context import ReconcileContext
from edu_operator.values import CREDENTIALS_DIGITS, Release, digest


async def run(context: ReconcileContext) -> None:
    for release in _releases(context):
        await context.apply_release(release)


def _releases(context: ReconcileContext) -> list[Release]:
    platform, spec = context.platform, context.platform.spec
    releases = [values.exposure(platform), _monitoring(context)]
    if spec.frontend.enabled:
        releases.insert(0, values.frontend(platform))
    if spec.redis.provider == "builtin" and context.has_shared_secrets:
        url = context.url(values.redis_secret(platform))
        releases.insert(0, values.redis(platform, credentials=digest(url, CREDENTIALS_DIGITS)))
    return releases


def _monitoring(context: ReconcileContext) -> Release:
    choices = {"Auto": "PodMonitor" in context.observed.known, "Enabled": True, "Disabled": False}
    chosen = choices[context.platform.spec.monitoring.service_monitor]
    return values.monitoring(context.platform, pod_monitor=chosen, operator=context.operator_metrics)
