"""Passwords on the wire."""

from pydantic import BaseModel

from edu_common.types import Body
from edu_identity.fields import Email, GivenPassword, GivenToken, NewPassword


class PasswordChange(Body):
    current: GivenPassword
    new: NewPassword


class ForgottenPassword(Body):
    email: Email


class PasswordReset(Body):
    token: GivenToken
    password: NewPassword


class Accepted(BaseModel):
    detail: str
