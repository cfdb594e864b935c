"""Passwords over HTTP."""

from fastapi import Response

from edu_common.web.dependencies import User
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_identity.client import CurrentClient
from edu_identity.context import App
from edu_identity.hashing import HashingOverloaded
from edu_identity.lockouts.service import LockedOut
from edu_identity.one_time_tokens.service import InvalidToken
from edu_identity.passwords import service
from edu_identity.passwords.schemas import Accepted, ForgottenPassword, PasswordChange, PasswordReset
from edu_identity.passwords.service import WrongPassword
from edu_identity.sessions.cookies import clear_cookie

router = Router(tags=["passwords"])


@router.post(
    "/me/password",
    status_code=204,
    responses=error_responses(WrongPassword, LockedOut, HashingOverloaded),
)
async def change_password(app: App, client: CurrentClient, user: User, body: PasswordChange) -> None:
    """Change the password; every session but the caller's ends."""
    await service.change(app, user, body, client)


@router.post("/password/forgot", status_code=202)
async def forgot_password(app: App, body: ForgottenPassword) -> Accepted:
    """Have a mail sent with a token, good for one hour. The response is the same for unknown addresses."""
    await service.forgot(app, body)
    return Accepted(detail="If there is an account with this address, a mail with a link is on its way.")


@router.post("/password/reset", status_code=204, responses=error_responses(InvalidToken, HashingOverloaded))
async def reset_password(app: App, client: CurrentClient, response: Response, body: PasswordReset) -> None:
    """Set a new password by the token from the mail; every session ends."""
    await service.reset(app, body)
    clear_cookie(response, client)
