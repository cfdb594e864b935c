"""Tokens sent by mail, on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from edu_common.types import Body
from edu_identity.fields import GivenToken
from edu_identity.models import Purpose


class TokenRequest(Body):
    user_id: UUID
    purpose: Purpose


class IssuedToken(BaseModel):
    token: str
    expires_at: datetime


class EmailToken(Body):
    token: GivenToken
