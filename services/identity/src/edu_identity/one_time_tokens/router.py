"""Confirming an address, and the tokens for the notification service's mails."""

from edu_common.web.dependencies import User, called_by
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_identity.context import App
from edu_identity.one_time_tokens import service
from edu_identity.one_time_tokens.schemas import EmailToken, IssuedToken, TokenRequest
from edu_identity.one_time_tokens.service import InvalidToken

router = Router(prefix="/email", tags=["e-mail"])
internal = Router(prefix="/internal/one-time-tokens", include_in_schema=False)


@router.post("/verify", status_code=204, responses=error_responses(InvalidToken))
async def verify_email(app: App, body: EmailToken) -> None:
    """Confirm an e-mail address by the token from the mail."""
    await service.verify_email(app, body)


@router.post("/verify/resend", status_code=204)
async def resend_verification(app: App, user: User) -> None:
    """Have the mail sent again."""
    await service.resend_verification(app, user)


@internal.post("", dependencies=[called_by("notification")])
async def issue_token(app: App, body: TokenRequest) -> IssuedToken:
    """A token for a mail that is about to be sent."""
    return await service.issue(app, body)
