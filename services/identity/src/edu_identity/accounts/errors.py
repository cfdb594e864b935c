"""Errors that concern accounts."""

from edu_common.errors import DomainError, NotFound, Unauthenticated


class EmailTaken(DomainError):
    status = 409
    code = "email_taken"
    detail = "There is an account with this e-mail address. Sign in, or reset its password."


class UserNotFound(NotFound):
    code = "user_not_found"
    detail = "There is no such user."


class AccountGone(Unauthenticated):
    code = "account_gone"
    detail = "This account is no longer there."


class AlreadyVerified(DomainError):
    status = 409
    code = "already_verified"
    detail = "This teacher is verified already."
