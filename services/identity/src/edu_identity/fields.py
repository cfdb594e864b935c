"""Field types that several request bodies share."""

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated

import email_validator
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from edu_common.types import line, text_block

MIN_PASSWORD = 8
MAX_PASSWORD = 128
MAX_EMAIL = 254

# Deliverability of domains is not checked, so reserved names for tests are accepted too.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def _email(value: str) -> str:
    try:
        found = email_validator.validate_email(value, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise PydanticCustomError("email", "is not an e-mail address: {why}", {"why": str(error)}) from error
    return found.normalized


def email_key(email: str) -> str:
    """Return the normalised form of an e-mail address, which identifies an account."""
    return email.lower()


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords that are long enough to be accepted, in lower case."""
    text = resources.files("edu_identity").joinpath("common_passwords.txt").read_text()
    return frozenset(entry for entry in text.splitlines() if not entry.startswith("# "))


def _uncommon(value: str) -> str:
    if value.lower() in common_passwords():
        raise PydanticCustomError(
            "common_password", "is among the most common passwords, which are tried first; choose another one"
        )
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return value


Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_EMAIL), AfterValidator(_email)]
NewPassword = Annotated[
    str,
    Field(min_length=MIN_PASSWORD, max_length=MAX_PASSWORD, json_schema_extra={"format": "password"}),
    AfterValidator(_uncommon),
]
GivenPassword = Annotated[str, Field(min_length=1, max_length=MAX_PASSWORD, json_schema_extra={"format": "password"})]
"""A password to check. Accounts older than today's rules sign in with theirs, however short."""

GivenToken = Annotated[str, Field(min_length=1, max_length=200)]

if TYPE_CHECKING:  # types made by a call have no static counterpart
    Name = Bio = LongText = Reason = SearchText = str
else:
    Name = line(100)
    Bio = text_block(2000)
    LongText = Annotated[text_block(5000), AfterValidator(_not_blank)]
    Reason = Annotated[text_block(1000), AfterValidator(_not_blank)]
    SearchText = line(200, min_length=0)
