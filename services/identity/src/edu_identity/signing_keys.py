"""The key that signs access tokens, and the public keys that verify them."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.algorithms import ECAlgorithm

from edu_common.auth.access_tokens import ALGORITHM
from edu_common.settings import Misconfigured

PEM_BLOCK = re.compile(rb"-----BEGIN (?P<label>[A-Z ]+)-----.+?-----END (?P=label)-----", re.DOTALL)
REMEDY = (
    "Name a file with an EC P-256 private key in PEM, as `openssl ecparam -name prime256v1 -genkey -noout` "
    "makes one; every process of the service needs the same."
)


class SigningKeys:
    """Signs with the first key of a PEM file; tokens of its other keys, private or public, stay valid."""

    def __init__(self, private: EllipticCurvePrivateKey, older: list[EllipticCurvePublicKey]) -> None:
        self._private = private
        self._published = [_jwk(key) for key in (private.public_key(), *older)]
        self._headers = {"kid": self._published[0]["kid"]}

    @classmethod
    def load(cls, path: Path | None) -> "SigningKeys":
        """Read the keys; raise `Misconfigured` when the file is not set, not readable or has no suitable key."""
        if path is None:
            raise Misconfigured(f"JWT_PRIVATE_KEY_FILE is not set. {REMEDY}")
        try:
            keys = [_read(block) for block in PEM_BLOCK.finditer(path.read_bytes())]
            if not keys or not isinstance(keys[0], EllipticCurvePrivateKey):
                raise ValueError("it does not start with a private key in PEM")
            return cls(keys[0], [_public(key) for key in keys[1:]])
        except (OSError, ValueError, TypeError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise Misconfigured(f"JWT_PRIVATE_KEY_FILE={path} cannot be used: {reason}. {REMEDY}") from error

    def document(self) -> dict[str, Any]:
        """Return the public keys as a JWK set (RFC 7517)."""
        return {"keys": self._published}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._private, algorithm=ALGORITHM, headers=self._headers)


Key = EllipticCurvePrivateKey | EllipticCurvePublicKey


def _read(block: re.Match[bytes]) -> Key:
    pem = block.group()
    key = load_pem_public_key(pem) if b"PUBLIC" in block["label"] else load_pem_private_key(pem, password=None)
    if not isinstance(key, Key) or not isinstance(key.curve, SECP256R1):
        raise TypeError("a key in it is not of the curve P-256")
    return key


def _public(key: Key) -> EllipticCurvePublicKey:
    return key.public_key() if isinstance(key, EllipticCurvePrivateKey) else key


def _jwk(key: EllipticCurvePublicKey) -> dict[str, Any]:
    """Return the key as a JWK whose `kid` is its thumbprint (RFC 7638)."""
    jwk: dict[str, Any] = ECAlgorithm.to_jwk(key, as_dict=True)
    members = orjson.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")})
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(members).digest()).decode().rstrip("=")
    return {**jwk, "kid": thumbprint, "alg": ALGORITHM, "use": "sig"}
