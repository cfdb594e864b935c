"""The keys by which services authenticate each other: Ed25519 as JSON Web Keys (RFC 7517, RFC 8037).

Whatever deploys the platform keeps the `KeyRing`. Each service gets its own private key and all public keys.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

ALGORITHM = "EdDSA"
PUBLIC_MEMBERS = ("kty", "crv", "kid", "x")
Jwk = dict[str, Any]


@dataclass(frozen=True)
class KeyRing:
    """Each service's private keys, oldest first: the previous key (if any), the signing key and the next key.

    The public halves of all three are published. Services started before a rotation therefore accept the key that signs
    after it, and vice versa: a rotation takes one restart of each service, in any order.
    """

    keys: Mapping[str, list[Jwk]]

    @classmethod
    def new(cls, services: Iterable[str]) -> Self:
        return cls({service: [new_key(service), new_key(service)] for service in services})

    def rotated(self) -> "KeyRing":
        """Return the ring after one rotation: the signing key becomes the previous one, the next key signs."""
        return KeyRing({service: [*keys[-2:], new_key(service)] for service, keys in self.keys.items()})

    def private_key(self, service: str) -> str:
        """Return the service's signing key, in the format of `SERVICE_PRIVATE_KEY`."""
        return json.dumps(self.keys[service][-2])

    def public_keys(self) -> str:
        """Return every accepted public key by service, in the format of `SERVICE_PUBLIC_KEYS`."""
        return json.dumps(
            {
                service: [{member: key[member] for member in PUBLIC_MEMBERS} for key in keys]
                for service, keys in self.keys.items()
            }
        )


def new_key(service: str) -> Jwk:
    """Return a new private key; its id contains the service's name, for people who read a token."""
    key: Jwk = OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate(), as_dict=True)
    return {**key, "kid": f"{service}-{secrets.token_hex(4)}"}


def read_private_key(text: str) -> jwt.PyJWK:
    """Return the key of `SERVICE_PRIVATE_KEY`; raise `ValueError` for anything else."""
    try:
        key = _parsed(json.loads(text))
        if not hasattr(key.key, "private_bytes"):
            raise ValueError("the key has no private part")
        return key
    except (KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise ValueError(f"not an Ed25519 private key as JWK: {type(error).__name__}") from error


class PublicKey(NamedTuple):
    service: str
    key: jwt.PyJWK


def read_public_keys(text: str) -> dict[str, PublicKey]:
    """Return the keys of `SERVICE_PUBLIC_KEYS` by key id; raise `ValueError` for anything else."""
    try:
        keys = [(service, _parsed(key)) for service, its_keys in json.loads(text).items() for key in its_keys]
    except (KeyError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise ValueError(f"not lists of Ed25519 public keys as JWK by service: {type(error).__name__}") from error
    return {str(key.key_id): PublicKey(service, key) for service, key in keys}


def _parsed(key: Jwk) -> jwt.PyJWK:
    if key["crv"] != "Ed25519" or not key["kid"]:
        raise KeyError("crv")
    return jwt.PyJWK(key, algorithm=ALGORITHM)
