"""Calls to other services."""

from uuid import UUID

from pydantic import BaseModel

from edu_common.service_client import ServiceClient


class OneTimeToken(BaseModel):
    token: str


async def issue_one_time_token(identity: ServiceClient, user_id: UUID, purpose: str) -> str | None:
    """Return a new token for the link in a mail, or None when identity has no such user.

    Raise `ServiceUnavailable` while identity does not respond.
    """
    body = {"user_id": str(user_id), "purpose": purpose}
    issued = await identity.post(OneTimeToken, "/internal/one-time-tokens", json=body)
    return issued.token if issued else None
