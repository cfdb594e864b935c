"""A new password for a database: stored as pending, set on the role, published. A crash after any step is safe."""

import base64
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import asyncpg

from edu_operator import credentials, values
from edu_operator.context import ReconcileContext
from edu_operator.objects import Secret
from edu_operator.status import Problem
from edu_operator.types import Object

PENDING = "pending"
TIMEOUT_SECONDS = 10
DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)


async def run(context: ReconcileContext) -> None:
    wanted = context.platform.spec.postgres.password_rotation_token
    if not wanted or context.platform.spec.postgres.provider != "builtin":
        return
    for service in values.PORTS:
        secret = context.observed.secret(context.platform, values.database_secret(context.platform, service))
        if secret and _token(secret) != wanted and context.findings.databases.get(service) is None:
            await _rotate(context, service, secret)


async def _rotate(context: ReconcileContext, service: str, secret: Secret) -> None:
    try:
        await _publish_new_password(context, service, secret)
    except (OSError, TimeoutError, *DATABASE_ERRORS) as error:
        message = f"postgres-{service}: the password could not be rotated: {error}"[:400]
        context.findings.problems.append(Problem(f"postgres-{service}", "RotationFailed", message))
        return
    await context.emit_event("PasswordRotated", f"the database of {service} has a new password")


def _token(secret: Secret) -> str:
    """Return the token of the last completed rotation."""
    return secret["metadata"].get("annotations", {}).get(credentials.ROTATION_ANNOTATION, "")


def _content(secret: Secret) -> dict[str, str]:
    return {key: base64.b64decode(value).decode() for key, value in secret.get("data", {}).items()}


async def _publish_new_password(context: ReconcileContext, service: str, secret: Secret) -> None:
    """Publish the pending password; errors of the database driver propagate, and the next pass continues from there."""
    target = cast("Object", secret)
    known = _content(secret)
    if PENDING not in known:
        known[PENDING] = credentials.new_password()
        await context.api.merge(target, {"stringData": {PENDING: known[PENDING]}})
    await _alter_role(known, context.platform.key.namespace)
    token = context.platform.spec.postgres.password_rotation_token
    change = {
        "metadata": {"annotations": {credentials.ROTATION_ANNOTATION: token}},
        "data": {PENDING: None},
        "stringData": credentials.database_content(context.platform, service, known[PENDING]),
    }
    context.observed.put({**await context.api.merge(target, change), "kind": "Secret"})


async def _alter_role(known: dict[str, str], namespace: str) -> None:
    """Connect with the previous password, unless the role has the new one already."""
    url = known["url"].replace("postgresql+asyncpg://", "postgresql://", 1)
    # The operator runs in another namespace.
    host = f"{urlsplit(url).hostname}.{namespace}.svc"
    connect = partial(asyncpg.connect, url, host=host, timeout=TIMEOUT_SECONDS, command_timeout=TIMEOUT_SECONDS)
    try:
        connection = await connect()
    except asyncpg.InvalidPasswordError:
        connection = await connect(password=known[PENDING])
    try:
        # Both are made by the operator: a service's name, and hexadecimal digits.
        await connection.execute(f"""ALTER ROLE "{known["username"]}" PASSWORD '{known[PENDING]}'""")
    finally:
        await connection.close()
