"""Tokens sent by mail, and the confirmation of an address by one."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims
from edu_common.ids import utc_now
from edu_identity import publishers
from edu_identity.accounts import repository as accounts
from edu_identity.accounts.errors import AccountGone, UserNotFound
from edu_identity.context import IdentityContext
from edu_identity.models import Purpose, User
from edu_identity.one_time_tokens import repository
from edu_identity.one_time_tokens.errors import InvalidToken
from edu_identity.one_time_tokens.schemas import EmailToken, IssuedToken, TokenRequest
from edu_identity.tokens import random_token, token_hash

LIFETIMES = {Purpose.EMAIL_VERIFICATION: timedelta(hours=24), Purpose.PASSWORD_RESET: timedelta(hours=1)}
MAX_GOOD_TOKENS = 5
"""With as many in the mail box, asking for another mail is left without effect: nobody floods it."""


async def issue(app: IdentityContext, body: TokenRequest) -> IssuedToken:
    """A token for the mail that is about to be sent; only its hash stays here."""
    token = random_token()
    expires_at = utc_now() + LIFETIMES[body.purpose]
    async with app.database.transaction() as session:
        user = await accounts.hold(session, body.user_id)
        if user is None or not user.is_active:
            raise UserNotFound
        await repository.add(session, token_hash(token), user.id, body.purpose, expires_at)
    return IssuedToken(token=token, expires_at=expires_at)


async def request_mail(session: AsyncSession, user: User, purpose: Purpose) -> None:
    """Have a mail sent, in the caller's transaction, unless the mail box has enough of them."""
    if await repository.count(session, user.id, purpose) < MAX_GOOD_TOKENS:
        await publishers.request_mail(session, user, purpose)


async def verify_email(app: IdentityContext, body: EmailToken) -> None:
    async with app.database.transaction() as session:
        user_id = await repository.take(session, token_hash(body.token), Purpose.EMAIL_VERIFICATION)
        if user_id is None:
            raise InvalidToken
        await accounts.verify_email(session, user_id)
        await repository.drop(session, user_id, Purpose.EMAIL_VERIFICATION)


async def resend_verification(app: IdentityContext, claims: Claims) -> None:
    """Send the mail again; nothing happens when the address is confirmed already."""
    async with app.database.transaction() as session:
        user = await accounts.by_id(session, claims.user_id)
        if user is None:
            raise AccountGone
        if not user.email_verified:
            await request_mail(session, user, Purpose.EMAIL_VERIFICATION)
