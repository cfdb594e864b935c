"""Secrets that are created once and never overwritten: passwords, keys."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from typing import TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from edu_operator.objects import Secret
from edu_operator.types import GROUP, Object, Platform
from edu_operator.values import (
    PORTS,
    SERVICE_PUBLIC_KEYS,
    admin_secret,
    database_secret,
    redis_secret,
    service_private_key,
)

Maker: TypeAlias = Callable[[Platform], Object]
Jwk: TypeAlias = dict[str, str]
KeyRing: TypeAlias = Mapping[str, list[Jwk]]
"""Each service's private keys, oldest first: the previous key (if any), the signing key and the next key.

The public halves of all are accepted, so services of two adjacent generations accept each other during a rollout.
"""

PASSWORD_BYTES = 24
ROTATION_ANNOTATION = f"{GROUP}/rotation"
"""The token of the last completed rotation of the Secret's passwords or keys."""
KEY_RING = "keyring.json"
PUBLIC_MEMBERS = ("kty", "crv", "kid", "x")
PLATFORM_SECRET_BYTES = 48


def new_password() -> str:
    """Return a password of letters and digits only, which needs no quoting in a URL or in SQL."""
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
    """Return the Secret with the values that the services share, and the key that signs access tokens."""
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    content = {"secret": secrets.token_urlsafe(PLATFORM_SECRET_BYTES), "jwt.pem": key.decode()}
    made = secret(platform, platform.release("platform"), content | service_keys(new_key_ring()))
    annotations = {ROTATION_ANNOTATION: platform.spec.service_keys.rotation_token}
    return {**made, "metadata": {**made["metadata"], "annotations": annotations}}


def service_keys(ring: KeyRing) -> dict[str, str]:
    """Return the content of a Secret: the key ring, which no pod gets, and the services' keys derived from it."""
    public = {service: [{name: key[name] for name in PUBLIC_MEMBERS} for key in keys] for service, keys in ring.items()}
    return {
        KEY_RING: json.dumps(ring),
        SERVICE_PUBLIC_KEYS: json.dumps(public),
        **{service_private_key(service): json.dumps(keys[-2]) for service, keys in ring.items()},
    }


def due_key_ring(platform: Platform, secret: Secret) -> KeyRing | None:
    """Return the ring that should replace the one in the platform's Secret; None when that one is up to date.

    A Secret of an earlier release has none. A new token in the spec rotates the keys.
    """
    known = secret.get("data", {}).get(KEY_RING)
    if known is None:
        return new_key_ring()
    wanted = platform.spec.service_keys.rotation_token
    if not wanted or wanted == secret["metadata"].get("annotations", {}).get(ROTATION_ANNOTATION):
        return None
    return rotated(json.loads(base64.b64decode(known)))


def new_key_ring() -> KeyRing:
    return {service: [_new_key(service), _new_key(service)] for service in PORTS}


def rotated(ring: KeyRing) -> KeyRing:
    """Return the ring after one rotation: the signing key becomes the previous one, the next key signs."""
    return {service: [*keys[-2:], _new_key(service)] for service, keys in ring.items()}


def _new_key(service: str) -> Jwk:
    """Return a new private key as JWK (RFC 8037)."""
    key = ed25519.Ed25519PrivateKey.generate()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "kid": f"{service}-{secrets.token_hex(4)}",
        "x": _encoded(key.public_key().public_bytes_raw()),
        "d": _encoded(key.private_bytes_raw()),
    }


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def redis(platform: Platform) -> Object:
    password = new_password()
    url = f"redis://:{password}@{platform.release('redis')}:6379/0"
    return secret(platform, redis_secret(platform), {"password": password, "url": url})


def admin(platform: Platform) -> Object:
    return secret(platform, admin_secret(platform), {"password": new_password()})
