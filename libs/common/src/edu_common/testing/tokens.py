"""Users with access tokens signed as the identity service signs them."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from edu_common.auth.access_tokens import ALGORITHM, AUDIENCE, ISSUER, LIFETIME_SECONDS, KeySet, Role
from edu_common.ids import new_id

KEY_ID = "test-key"


class Signer:
    """A key pair that signs access tokens; `key_set` is what a service under test verifies them with."""

    def __init__(self) -> None:
        self.private_key = ec.generate_private_key(ec.SECP256R1())
        self._public: dict[str, Any] = ECAlgorithm.to_jwk(self.private_key.public_key(), as_dict=True)

    def document(self) -> dict[str, Any]:
        """Return the JWK set, as identity publishes it."""
        return {"keys": [{**self._public, "kid": KEY_ID, "alg": ALGORITHM, "use": "sig"}]}

    def key_set(self) -> KeySet:
        return KeySet.of(self.document())

    def token(self, user_id: UUID | None = None, role: Role = Role.STUDENT, **claims: Any) -> str:
        """Return an access token; `claims` replace or extend the usual ones."""
        now = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id or new_id()),
            "sid": str(new_id()),
            "jti": str(new_id()),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "role": role,
            "is_verified": True,
            "email_verified": True,
            "name": "Ada Lovelace",
            **claims,
        }
        return jwt.encode(payload, self.private_key, algorithm=ALGORITHM, headers={"kid": KEY_ID})

    def headers(self, user_id: UUID | None = None, role: Role = Role.STUDENT, **claims: Any) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token(user_id, role, **claims)}"}
