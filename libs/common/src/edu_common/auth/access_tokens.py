"""Users' access tokens: JWTs signed with ES256 by the identity service, verified here without calling it."""

import asyncio
import math
import time
from collections import OrderedDict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

import httpx2
import jwt
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from edu_common.errors import Unauthenticated, Unavailable
from edu_common.http_client import new_client

log = structlog.get_logger(__name__)

ALGORITHM = "ES256"
ISSUER = "eduplatform"
AUDIENCE = "eduplatform"
LIFETIME_SECONDS = 15 * 60
"""Longest lifetime of a token, in seconds; revocations are remembered little longer than that."""

LEEWAY_SECONDS = 5
REMEMBERED_TOKENS = 10_000
KEY_SET_LIFETIME_SECONDS = 300
KEY_SET_RETRY_SECONDS = 0.5
"""Seconds between two fetches for unknown key ids: shorter than a restart of identity, which may bring a new key."""

INVALID = "The access token is not valid. Sign in again."
EXPIRED = "The access token has expired. Refresh it."


class Role(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"
    ADMIN = "admin"


class Claims(BaseModel):
    """The claims of an access token."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: UUID
    sid: UUID
    jti: UUID
    iat: int
    exp: int
    role: Role
    is_verified: bool
    email_verified: bool
    name: str

    @property
    def user_id(self) -> UUID:
        return self.sub

    @property
    def issued_at(self) -> datetime:
        """Return when the token was issued, in milliseconds: from its id, a UUIDv7, since `iat` has whole seconds."""
        return datetime.fromtimestamp((self.jti.int >> 80) / 1000, UTC)


class KeySet:
    """Identity's public keys, fetched on first use, then every five minutes and for unknown key ids.

    Known keys stay usable while the set is being fetched again, so no request waits for an identity service that hangs.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fresh_until = 0.0
        self._next_try = 0.0
        self._lock = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, document: dict[str, Any]) -> Self:
        """Return a set of known keys that is never fetched."""
        keys = cls(url="")
        keys._keys = keys_of(document)
        keys._fresh_until = math.inf
        keys._next_try = math.inf
        return keys

    async def key(self, key_id: str) -> jwt.PyJWK:
        """Return the key with that id.

        Raise `Unauthenticated` for an unknown id, `Unavailable` (503) while no key could be fetched yet.
        """
        if key_id not in self._keys:
            await self._refresh()
        elif time.monotonic() > self._fresh_until and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = asyncio.create_task(self._refresh())
        if key_id in self._keys:
            return self._keys[key_id]
        if not self._keys:
            raise Unavailable("Access tokens cannot be checked right now. Try again in a moment.")
        raise Unauthenticated(INVALID, code="invalid_access_token")

    async def _refresh(self) -> None:
        async with self._lock:
            if time.monotonic() < self._next_try:
                return
            self._next_try = time.monotonic() + KEY_SET_RETRY_SECONDS
            try:
                self._keys = await self._fetch()
                self._fresh_until = time.monotonic() + KEY_SET_LIFETIME_SECONDS
            except (httpx2.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
                log.warning("key set unavailable", url=self._url, error=repr(error))

    async def _fetch(self) -> dict[str, jwt.PyJWK]:
        async with new_client(timeout=2) as http:
            response = await http.get(self._url)
            response.raise_for_status()
        return keys_of(response.json())


def keys_of(document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """Return the ES256 keys of a JWK set, by key id."""
    return {entry["kid"]: jwt.PyJWK(entry, algorithm=ALGORITHM) for entry in document["keys"]}


class AccessTokens:
    """Verifies access tokens; a valid token is cached until it expires."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys
        self._known: OrderedDict[str, Claims] = OrderedDict()

    async def verify(self, token: str) -> Claims:
        """Return the claims of `token`; raise `Unauthenticated` for one that is forged, not ours or expired."""
        claims = self._known.get(token)
        if claims is None:
            claims = await self._decode(token)
            self._remember(token, claims)
        if claims.exp + LEEWAY_SECONDS < time.time():
            self._known.pop(token, None)
            raise Unauthenticated(EXPIRED, code="access_token_expired")
        return claims

    async def _decode(self, token: str) -> Claims:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.key(str(header.get("kid", "")))
            payload = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "sub", "sid", "iat", "exp", "jti"]},
            )
            claims = Claims.model_validate(payload)
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated(EXPIRED, code="access_token_expired") from error
        except (jwt.PyJWTError, ValidationError, ValueError, RecursionError) as error:
            raise Unauthenticated(INVALID, code="invalid_access_token") from error
        if claims.exp - claims.iat > LIFETIME_SECONDS:
            raise Unauthenticated(INVALID, code="invalid_access_token")
        return claims

    def _remember(self, token: str, claims: Claims) -> None:
        self._known[token] = claims
        if len(self._known) > REMEMBERED_TOKENS:
            self._known.popitem(last=False)
