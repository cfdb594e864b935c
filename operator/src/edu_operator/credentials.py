"""Secrets that are created once and never again: passwords, keys."""

import secrets
from collections.abc import Callable
from typing import TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from edu_operator.types import GROUP, Object, Platform
from edu_operator.values import admin_secret, database_secret, redis_secret

Maker: TypeAlias = Callable[[Platform], Object]

PASSWORD_BYTES = 24
ROTATION_ANNOTATION = f"{GROUP}/rotation"
"""The token of the last rotation of a database's password that was finished."""
PLATFORM_SECRET_BYTES = 48


def new_password() -> str:
    """Return a password of letters and digits alone, which can stand in a URL and in SQL as it is."""
    return secrets.token_hex(PASSWORD_BYTES)


def secret(platform: Platform, name: str, content: dict[str, str]) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": platform.key.namespace,
            "labels": {"app.kubernetes.io/part-of": "eduplatform"},
        },
        "type": "Opaque",
        "stringData": content,
    }


def database(platform: Platform, service: str) -> Object:
    """Return the Secret of a builtin or a CloudNativePG database."""
    content = database_content(platform, service, new_password())
    made = secret(platform, database_secret(platform, service), content)
    annotations = {ROTATION_ANNOTATION: platform.spec.postgres.password_rotation_token}
    return {**made, "metadata": {**made["metadata"], "annotations": annotations}}


def database_content(platform: Platform, service: str, password: str) -> dict[str, str]:
    host = platform.release(f"postgres-{service}")
    if platform.spec.postgres.provider == "cloudnative-pg":
        host += "-rw"
    return {
        "username": service,
        "password": password,
        "database": service,
        "url": f"postgresql+asyncpg://{service}:{password}@{host}:5432/{service}",
    }


def platform_keys(platform: Platform) -> Object:
    """Return the Secret with what the services share, and the key that signs access tokens."""
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    content = {"secret": secrets.token_urlsafe(PLATFORM_SECRET_BYTES), "jwt.pem": key.decode()}
    return secret(platform, platform.release("platform"), content)


def redis(platform: Platform) -> Object:
    password = new_password()
    url = f"redis://:{password}@{platform.release('redis')}:6379/0"
    return secret(platform, redis_secret(platform), {"password": password, "url": url})


def admin(platform: Platform) -> Object:
    return secret(platform, admin_secret(platform), {"password": new_password()})
