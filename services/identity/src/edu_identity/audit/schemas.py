"""Audit entries on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from edu_identity.audit.repository import Action


class AuditFilter(BaseModel):
    actor: UUID | None = None
    action: Action | None = None
    target: UUID | None = None


class AuditEntryOut(BaseModel):
    """`actor` is null where nobody was signed in, `target` where no account was concerned."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    actor: UUID | None
    action: Action
    target: UUID | None
    detail: dict[str, Any]
    created_at: datetime
