"""Short-lived tokens by which services authenticate each other."""

import time
from functools import lru_cache
from hashlib import sha256
from typing import Any

import jwt
from pydantic import SecretStr

from edu_common.errors import Unauthenticated
from edu_common.service_keys import ALGORITHM, read_private_key, read_public_keys

LIFETIME_SECONDS = 60
RENEW_BEFORE_SECONDS = 20
LEEWAY_SECONDS = 5
REMEMBERED_TOKENS = 256
"""Enough for the processes of every issuer within the last minute; tokens beyond that are verified again."""

TOKEN_TYPE = "edu-service+jwt"  # noqa: S105 - a media type
SEAL_TYPE = "edu-seal+jwt"
FOR_SERVICES = "This address is for the platform's own services."


class ServiceTokens:
    """Issues this service's tokens and verifies those of other services.

    A service signs with its own private key and the others have only the public half, so no service can sign for
    another. A token opens only the `/internal` endpoints of one audience that name its issuer. It is never accepted as
    a user's access token: those are signed with another algorithm and key.
    """

    def __init__(self, service: str, private_key: SecretStr, public_keys: str) -> None:
        self._service = service
        self._private_key = read_private_key(private_key.get_secret_value())
        self._public_keys = read_public_keys(public_keys)
        self._for_slot = lru_cache(maxsize=32)(self._issue)
        # A token is reused for up to 40 s, and verifying one takes longer than serving many a request.
        self._verified = lru_cache(maxsize=REMEMBERED_TOKENS)(self._read_token)

    def issue(self, audience: str) -> str:
        """Return a token for `audience` that is valid for at least 20 more seconds."""
        lasting = LIFETIME_SECONDS - RENEW_BEFORE_SECONDS
        return self._for_slot(audience, int(time.time()) // lasting * lasting)

    def _issue(self, audience: str, issued_at: int) -> str:
        return self._sign(TOKEN_TYPE, self._claims(audience, issued_at))

    def verify(self, token: str) -> str:
        """Return the name of the service that signed `token` for this one; raise `Unauthenticated`."""
        claims = self._verified(token)
        if claims["exp"] + LEEWAY_SECONDS <= time.time():
            raise Unauthenticated(FOR_SERVICES)
        return claims["iss"]

    def _read_token(self, token: str) -> dict[str, Any]:
        return self._read(TOKEN_TYPE, token)

    def seal(self, audience: str, name: str, content: bytes) -> str:
        """Return a signature of `content` under this `name`, to detect changes where others can write to it."""
        sealed = {"jti": name, "digest": sha256(content).hexdigest()}
        return self._sign(SEAL_TYPE, self._claims(audience, int(time.time())) | sealed)

    def unseal(self, seal: str | bytes, name: str, content: bytes) -> str:
        """Return the name of the service that signed `content` for this one; raise `Unauthenticated`."""
        claims = self._read(SEAL_TYPE, seal)
        if claims.get("jti") != name or claims.get("digest") != sha256(content).hexdigest():
            raise Unauthenticated(FOR_SERVICES)
        return claims["iss"]

    def grant(self, media_type: str, seconds: int, **claims: str) -> str:
        """Return a token for this service itself, valid as long as its key is accepted: for at least one rotation."""
        now = int(time.time())
        return self._sign(media_type, {**self._claims(self._service, now), "exp": now + seconds, **claims})

    def granted(self, media_type: str, token: str) -> dict[str, Any]:
        """Return the claims of a token made by `grant`; raise `Unauthenticated` for anything else."""
        claims = self._read(media_type, token)
        if claims["iss"] != self._service:
            raise Unauthenticated(FOR_SERVICES)
        return claims

    def _claims(self, audience: str, issued_at: int) -> dict[str, Any]:
        return {
            "iss": self._service,
            "aud": audience,
            "iat": issued_at,
            "exp": issued_at + LIFETIME_SECONDS,
        }

    def _sign(self, media_type: str, claims: dict[str, Any]) -> str:
        headers = {"typ": media_type, "kid": self._private_key.key_id}
        return jwt.encode(claims, self._private_key, algorithm=ALGORITHM, headers=headers)

    def _read(self, media_type: str, token: str | bytes) -> dict[str, Any]:
        """Return the claims of a token that its issuer signed for this service; raise `Unauthenticated`."""
        try:
            issuer, key = self._public_keys[jwt.get_unverified_header(token)["kid"]]
            decoded: dict[str, Any] = jwt.decode_complete(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._service,
                issuer=issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, RecursionError) as error:
            raise Unauthenticated(FOR_SERVICES) from error
        if decoded["header"].get("typ") != media_type:
            raise Unauthenticated(FOR_SERVICES)
        return decoded["payload"]
