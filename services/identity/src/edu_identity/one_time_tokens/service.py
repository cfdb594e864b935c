"""Tokens sent by mail, and the confirmation of e-mail addresses."""

from datetime import timedelta

from edu_common.auth.access_tokens import Claims
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import DomainError
from edu_common.ids import utc_now
from edu_identity import publishers
from edu_identity.accounts import repository as accounts
from edu_identity.accounts.errors import AccountGone, UserNotFound
from edu_identity.context import IdentityContext
from edu_identity.models import Purpose, User
from edu_identity.one_time_tokens import repository
from edu_identity.one_time_tokens.schemas import EmailToken, IssuedToken, TokenRequest
from edu_identity.tokens import random_token, token_hash

LIFETIMES = {Purpose.EMAIL_VERIFICATION: timedelta(hours=24), Purpose.PASSWORD_RESET: timedelta(hours=1)}
MAX_MAILS = 5
"""Mails with unexpired tokens; further requests have no effect, so that no one can flood a mailbox."""


class InvalidToken(DomainError):
    status = 400
    code = "invalid_token"
    detail = "This link is wrong, was used before, or has expired. Ask for a new one."


async def issue(app: IdentityContext, body: TokenRequest) -> IssuedToken:
    """Return a token for the mail that is about to be sent; only its hash is stored."""
    token = random_token()
    expires_at = utc_now() + LIFETIMES[body.purpose]
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock_shared(unit, body.user_id)
        if user is None or not user.is_active:
            raise UserNotFound
        await repository.add(unit, token_hash(token), user.id, body.purpose, expires_at)
    return IssuedToken(token=token, expires_at=expires_at)


async def request_mail(unit: UnitOfWork, user: User, purpose: Purpose) -> None:
    """Have a mail sent, in the caller's transaction, unless the limit is reached.

    The caller has locked the user or just created them, so that concurrent requests are counted one after another.
    """
    if await repository.count_requests(unit, user.id, purpose) < MAX_MAILS:
        await repository.add_request(unit, user.id, purpose, utc_now() + LIFETIMES[purpose])
        await publishers.publish_mail_requested(unit, user, purpose)


async def take(unit: UnitOfWork, token: str, purpose: Purpose) -> User:
    """Lock the owner of a token from a mail and consume the token; raise `InvalidToken`.

    The account is locked before the token, as in erasure: in the opposite order the two could deadlock.
    """
    hashed = token_hash(token)
    owner_id = await repository.owner(unit, hashed, purpose)
    user = await accounts.lock(unit, owner_id) if owner_id else None
    if user is None or not await repository.take(unit, hashed, purpose):
        raise InvalidToken
    return user


async def verify_email(app: IdentityContext, body: EmailToken) -> None:
    async with app.database.unit_of_work() as unit:
        user = await take(unit, body.token, Purpose.EMAIL_VERIFICATION)
        await accounts.verify_email(unit, user.id)
        await publishers.publish_email_verified(unit, user)
        await repository.drop(unit, user.id, Purpose.EMAIL_VERIFICATION)


async def resend_verification(app: IdentityContext, claims: Claims) -> None:
    """Have the mail sent again; do nothing when the e-mail address is confirmed already."""
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock(unit, claims.user_id)
        if user is None:
            raise AccountGone
        if not user.email_verified:
            await request_mail(unit, user, Purpose.EMAIL_VERIFICATION)
