"""Access tokens, and random tokens of which the database has only the hash."""

import base64
import hashlib
import hmac
import secrets
import time
from uuid import UUID

from pydantic import SecretStr

from edu_common.auth.access_tokens import AUDIENCE, ISSUER, LIFETIME_SECONDS
from edu_common.ids import new_id
from edu_identity.models import User
from edu_identity.signing_keys import SigningKeys

TOKEN_BYTES = 32


def access_token(keys: SigningKeys, user: User, session_id: UUID) -> str:
    """Return an access token of a user's session, issued now: its id contains the time in milliseconds."""
    now = int(time.time())
    return keys.sign(
        {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user.id),
            "sid": str(session_id),
            "jti": str(new_id()),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "role": user.role,
            "is_verified": user.is_verified,
            "email_verified": user.email_verified,
            "name": user.name,
        }
    )


def random_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class RefreshChain:
    """Each refresh token determines its successor, which only this service can compute.

    Clients that send the same token concurrently thus get the same successor, though no token is stored.
    """

    def __init__(self, secret: SecretStr) -> None:
        self._key = hashlib.sha256(b"refresh:" + secret.get_secret_value().encode()).digest()

    def successor(self, token: str) -> str:
        digest = hmac.digest(self._key, token.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
