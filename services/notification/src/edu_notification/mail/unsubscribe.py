"""One-click links in mails that switch off the mails of one type (RFC 8058)."""

from uuid import UUID

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.errors import NotFound, Unauthenticated
from edu_notification.models import MailType

PATH = "/notifications/unsubscribe"
TOKEN_TYPE = "edu-unsubscribe+jwt"  # noqa: S105 - a media type
LIFETIME_SECONDS = 365 * 24 * 3600


class UnknownLink(NotFound):
    detail = "This link is not valid any more. Choose your mails on the account page."


def token_for(tokens: ServiceTokens, user_id: UUID, kind: MailType) -> str:
    """Return the token in the link of a mail of that type to that user."""
    return tokens.grant(TOKEN_TYPE, LIFETIME_SECONDS, sub=str(user_id), kind=kind)


def read(tokens: ServiceTokens, token: str) -> tuple[UUID, MailType]:
    """Return the user and the mail type of a link; raise `UnknownLink`."""
    try:
        claims = tokens.granted(TOKEN_TYPE, token)
        return UUID(claims["sub"]), MailType(claims["kind"])
    except (Unauthenticated, KeyError, ValueError) as error:
        raise UnknownLink from error
