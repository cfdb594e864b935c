"""Sessions and their tokens on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from edu_common.auth.access_tokens import LIFETIME_SECONDS
from edu_common.types import Body
from edu_identity.fields import Email, GivenPassword, GivenToken


class Credentials(Body):
    email: Email
    password: GivenPassword


class RefreshRequest(Body):
    refresh_token: GivenToken | None = None


class TokenPair(BaseModel):
    """`expires_in` is the access token's lifetime in seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a scheme of RFC 6750
    expires_in: int = LIFETIME_SECONDS
    refresh_token: str


class SessionOut(BaseModel):
    """A device that is signed in; `current` is the caller's."""

    id: UUID
    user_agent: str
    client: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool
