"""The secrets of a platform that exists only in tests, and the headers that its services send each other."""

from pydantic import SecretStr

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.service_keys import KeyRing

RING = KeyRing.new(("identity", "course", "enrollment", "payment", "notification"))
SOURCES = {
    "user": "identity",
    "course": "course",
    "lesson": "course",
    "review": "course",
    "enrollment": "enrollment",
    "payment": "payment",
}


def secret_settings(service: str) -> dict[str, str]:
    """Return a service's secret settings."""
    return {
        "platform_secret": "x" * 32,
        "service_private_key": RING.private_key(service),
        "service_public_keys": RING.public_keys(),
    }


def secret_environment(service: str) -> dict[str, str]:
    """Return the secret settings as environment variables of a process."""
    return {name.upper(): value for name, value in secret_settings(service).items()}


def tokens_of(service: str, ring: KeyRing = RING) -> ServiceTokens:
    """Return the token signer of a service; with another ring, that of an attacker."""
    return ServiceTokens(service, SecretStr(ring.private_key(service)), ring.public_keys())


def service_call(service: str, *, audience: str) -> dict[str, str]:
    """Return the headers with which one service calls another."""
    return {"Authorization": f"Bearer {tokens_of(service).issue(audience)}"}


def source_of(event_type: str) -> str:
    """Return the service that publishes events of a type."""
    return SOURCES[event_type.partition(".")[0]]
