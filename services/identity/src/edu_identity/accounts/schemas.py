"""Accounts on the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from edu_common.auth.access_tokens import Role
from edu_common.types import Body, Patch
from edu_identity.fields import Bio, Email, LongText, Name, NewPassword
from edu_identity.models import Locale

MAX_IDS = 100


class OwnRole(StrEnum):
    """The roles that people can give themselves."""

    STUDENT = "student"
    TEACHER = "teacher"


class Registration(Body):
    email: Email
    password: NewPassword
    name: Name
    role: OwnRole = OwnRole.STUDENT
    locale: Locale = Locale.EN


class Me(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    name: str
    role: Role
    is_verified: bool
    email_verified: bool
    bio: str
    locale: Locale
    created_at: datetime


class MeChanges(Patch):
    name: Name = ""
    bio: Bio = ""
    locale: Locale = Locale.EN


class EmailsRequest(Body):
    ids: list[UUID] = Field(max_length=1000)


class Emails(BaseModel):
    emails: dict[UUID, str]


class PublicUser(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: Role
    bio: str


class ApplicationText(Body):
    text: LongText


class ApplicationStatus(StrEnum):
    PENDING = "pending"
    REJECTED = "rejected"
    VERIFIED = "verified"


class Application(BaseModel):
    """A teacher's application: `reason` tells why it was rejected."""

    status: ApplicationStatus
    text: str | None
    reason: str | None


def _ids(value: str) -> str:
    parts = value.split(",")
    if len(parts) > MAX_IDS:
        raise PydanticCustomError("too_many_ids", "may name at most {max} users", {"max": MAX_IDS})
    for part in parts:
        try:
            UUID(part)
        except ValueError as error:
            raise PydanticCustomError("uuid_parsing", "must be ids of users, separated by commas") from error
    return value


UserIds = Annotated[str, Field(max_length=50 * MAX_IDS), AfterValidator(_ids)]
