"""Short-lived tokens by which services know each other."""

import time
from functools import lru_cache
from hashlib import sha256
from typing import Any

import jwt
from pydantic import SecretStr

from edu_common.errors import Unauthenticated

LIFETIME_SECONDS = 60
RENEW_BEFORE_SECONDS = 20
ALGORITHM = "HS256"
TOKEN_TYPE = "edu-service+jwt"  # noqa: S105 - a media type
SEAL_TYPE = "edu-seal+jwt"
FOR_SERVICES = "This address is for the platform's own services."


class ServiceTokens:
    """Issues this service's tokens and checks those of others.

    All services share the platform's secret. Such a token opens `/internal` addresses of one audience
    alone and is never accepted as a user's access token, which is signed with another algorithm and key.
    """

    def __init__(self, service: str, secret: SecretStr) -> None:
        self._service = service
        self._secret = secret.get_secret_value()
        self._for_slot = lru_cache(maxsize=32)(self._issue)

    def issue(self, audience: str) -> str:
        """A token for `audience`, valid for at least 20 more seconds."""
        lasting = LIFETIME_SECONDS - RENEW_BEFORE_SECONDS
        return self._for_slot(audience, int(time.time()) // lasting * lasting)

    def _issue(self, audience: str, issued_at: int) -> str:
        return self._sign(TOKEN_TYPE, self._claims(audience, issued_at))

    def verify(self, token: str) -> str:
        """The name of the service that signed `token` for this one; raises `Unauthenticated`."""
        return self._read(TOKEN_TYPE, token)["iss"]

    def seal(self, audience: str, name: str, content: bytes) -> str:
        """What vouches for `content`, under this `name` alone, where it passes through others' hands."""
        sealed = {"jti": name, "digest": sha256(content).hexdigest()}
        return self._sign(SEAL_TYPE, self._claims(audience, int(time.time())) | sealed)

    def unseal(self, seal: str | bytes, name: str, content: bytes) -> str:
        """The name of the service that sealed `content` for this one; raises `Unauthenticated`."""
        claims = self._read(SEAL_TYPE, seal)
        if claims.get("jti") != name or claims.get("digest") != sha256(content).hexdigest():
            raise Unauthenticated(FOR_SERVICES)
        return claims["iss"]

    def _claims(self, audience: str, issued_at: int) -> dict[str, Any]:
        return {
            "iss": self._service,
            "aud": audience,
            "iat": issued_at,
            "exp": issued_at + LIFETIME_SECONDS,
        }

    def _sign(self, media_type: str, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM, headers={"typ": media_type})

    def _read(self, media_type: str, token: str | bytes) -> dict[str, Any]:
        try:
            decoded: dict[str, Any] = jwt.decode_complete(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=self._service,
                leeway=5,
                options={"require": ["iss", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(FOR_SERVICES) from error
        if decoded["header"].get("typ") != media_type:
            raise Unauthenticated(FOR_SERVICES)
        return decoded["payload"]
