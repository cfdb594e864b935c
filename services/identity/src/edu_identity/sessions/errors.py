"""Errors of signing in and staying signed in."""

from edu_common.errors import DomainError, NotFound, Unauthenticated


class BadCredentials(Unauthenticated):
    code = "bad_credentials"
    detail = "The e-mail address or the password is wrong."


class AccountDisabled(DomainError):
    """Returned only to callers who know the password."""

    status = 403
    code = "account_disabled"
    detail = "This account is disabled. Ask an admin."


class InvalidRefreshToken(Unauthenticated):
    code = "invalid_refresh_token"
    detail = "This session has ended. Sign in again."


class RefreshReused(Unauthenticated):
    code = "refresh_reused"
    detail = "This refresh token was replaced before, so it may be stolen: the session was ended. Sign in again."


class SessionNotFound(NotFound):
    code = "session_not_found"
    detail = "You have no such session."
