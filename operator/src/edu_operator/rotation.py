"""A new password for a database: stored as pending, given to the role, published. Any step may be the last one."""

import base64
from urllib.parse import urlsplit

import asyncpg

from edu_operator import credentials
from edu_operator.api import Api
from edu_operator.types import GROUP, Object, Platform

TOKEN_ANNOTATION = f"{GROUP}/rotation"
PENDING = "pending"
CONNECT_SECONDS = 10
DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)


def token(secret: Object) -> str:
    """Of the last rotation that was finished."""
    return secret["metadata"].get("annotations", {}).get(TOKEN_ANNOTATION, "")


def content(secret: Object) -> dict[str, str]:
    return {key: base64.b64decode(value).decode() for key, value in secret.get("data", {}).items()}


async def rotate(api: Api, platform: Platform, service: str, secret: Object) -> Object:
    """The published Secret. Raises when the database cannot be reached; the next turn goes on from there."""
    known = content(secret)
    if PENDING not in known:
        known[PENDING] = credentials.new_password()
        await api.merge(secret, {"stringData": {PENDING: known[PENDING]}})
    await _alter(known, platform.key.namespace)
    published = credentials.database_content(platform, service, known[PENDING])
    wanted = platform.spec.postgres.password_rotation_token
    change = {
        "metadata": {"annotations": {TOKEN_ANNOTATION: wanted}},
        "data": {PENDING: None},
        "stringData": published,
    }
    return {"kind": "Secret", **await api.merge(secret, change)}


async def _alter(known: dict[str, str], namespace: str) -> None:
    """With the password of before, unless the role has the new one already."""
    url = known["url"].replace("postgresql+asyncpg://", "postgresql://", 1)
    # The operator's own namespace is another one.
    host = f"{urlsplit(url).hostname}.{namespace}.svc"
    try:
        connection = await asyncpg.connect(url, host=host, timeout=CONNECT_SECONDS)
    except asyncpg.InvalidPasswordError:
        connection = await asyncpg.connect(url, host=host, password=known[PENDING], timeout=CONNECT_SECONDS)
    try:
        # Both are our own: a service's name, and hexadecimal digits.
        await connection.execute(f"""ALTER ROLE "{known["username"]}" PASSWORD '{known[PENDING]}'""")
    finally:
        await connection.close()
