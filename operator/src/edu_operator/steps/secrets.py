"""Secrets that several components share."""

from typing import cast

from edu_operator import credentials, values
from edu_operator.context import ReconcileContext
from edu_operator.status import missing_url
from edu_operator.types import Object


async def run(context: ReconcileContext) -> None:
    platform = context.platform
    await _create_once(context, platform.release("platform"), credentials.platform_keys)
    if context.has_shared_secrets:
        await _keep_service_keys(context)
    if not platform.spec.admin.password_secret_ref.name:
        await _create_once(context, platform.release("admin"), credentials.admin)
    redis = values.redis_secret(platform)
    if platform.spec.redis.provider == "builtin":
        await _create_once(context, redis, credentials.redis)
    elif platform.spec.redis.provider == "external" and not context.url(redis):
        context.findings.problems.append(missing_url("redis", "spec.redis", redis))


async def _keep_service_keys(context: ReconcileContext) -> None:
    """Add service keys to a Secret of an earlier release, and rotate them when the spec has a new token."""
    name = context.platform.release("platform")
    secret = context.observed.secret(context.platform, name)
    ring = secret and credentials.due_key_ring(context.platform, secret)
    if not secret or not ring:
        return
    change = {
        "metadata": {
            "annotations": {credentials.ROTATION_ANNOTATION: context.platform.spec.service_keys.rotation_token}
        },
        "stringData": credentials.service_keys(ring),
    }
    with context.holding(name):
        context.observed.put({**await context.api.merge(cast("Object", secret), change), "kind": "Secret"})
        await context.emit_event("ServiceKeysChanged", "each service signs with its next key")


async def _create_once(context: ReconcileContext, name: str, make: credentials.Maker) -> None:
    """Create a Secret when there is none; if it belongs to someone else, its dependents wait."""
    with context.holding(name):
        if await context.find_owned("Secret", name) is None:
            await context.create(make(context.platform))
        return
    context.has_shared_secrets = False
