"""What admins send and see."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StrictBool

from edu_common.auth.access_tokens import Role
from edu_common.types import Body, Patch
from edu_identity.accounts.schemas import Me
from edu_identity.fields import Reason, SearchText


class Status(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class UserFilter(BaseModel):
    """`q` is looked for in e-mail and name."""

    q: SearchText = ""
    role: Role | None = None
    status: Status | None = None


class AdminUser(Me):
    is_active: bool


class PendingTeacher(BaseModel):
    """`application` is the text that the teacher wrote, null when there is none yet."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    created_at: datetime
    application: str | None


class Rejection(Body):
    reason: Reason


class UserChanges(Patch):
    """Defaults only mark what may be left out; a field that is not sent stays as it is."""

    is_active: StrictBool = True
    role: Role = Role.STUDENT
