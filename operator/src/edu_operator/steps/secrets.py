"""Secrets that several components share."""

from edu_operator import credentials, values
from edu_operator.context import ReconcileContext
from edu_operator.status import missing_url


async def run(context: ReconcileContext) -> None:
    platform = context.platform
    await _create_once(context, platform.release("platform"), credentials.platform_keys)
    if not platform.spec.admin.password_secret_ref.name:
        await _create_once(context, platform.release("admin"), credentials.admin)
    redis = values.redis_secret(platform)
    if platform.spec.redis.provider == "builtin":
        await _create_once(context, redis, credentials.redis)
    elif platform.spec.redis.provider == "external" and not context.url(redis):
        context.findings.problems.append(missing_url("redis", "spec.redis", redis))


async def _create_once(context: ReconcileContext, name: str, make: credentials.Maker) -> None:
    """Create a Secret where there is none; whatever needs it waits where it belongs to someone else."""
    with context.holding(name):
        if await context.find_owned("Secret", name) is None:
            await context.create(make(context.platform))
        return
    context.has_shared_secrets = False
