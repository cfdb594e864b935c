"""Changing a password, and choosing another when it is forgotten."""

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import Claims
from edu_identity.accounts import repository as accounts
from edu_identity.accounts.errors import AccountGone
from edu_identity.audit import repository as audit
from edu_identity.audit.repository import Action
from edu_identity.client import Client
from edu_identity.context import IdentityContext
from edu_identity.fields import email_key
from edu_identity.lockouts import repository as failures
from edu_identity.lockouts import service as lockouts
from edu_identity.lockouts.repository import Target
from edu_identity.models import Purpose, User
from edu_identity.one_time_tokens import repository as tokens
from edu_identity.one_time_tokens.errors import InvalidToken
from edu_identity.one_time_tokens.service import request_mail
from edu_identity.passwords.errors import WrongPassword
from edu_identity.passwords.schemas import ForgottenPassword, PasswordChange, PasswordReset
from edu_identity.sessions.service import end_all
from edu_identity.tokens import token_hash


async def change(app: IdentityContext, claims: Claims, body: PasswordChange, client: Client) -> None:
    """Change the caller's password and end their other sessions; wrong tries count as those at sign-in do."""
    with app.passwords.queued():
        checked = await _check(app, claims, body.current, client)
        password_hash = await app.passwords.hash(body.new)
    async with app.database.transaction() as session:
        user = await accounts.lock(session, checked.id)
        if user is None or user.password_changed_at != checked.password_changed_at:
            raise WrongPassword
        await lockouts.accept(session, Target(account=user.email_key, client=client.address))
        await _set(session, user, password_hash)
        await end_all(app, session, user, but=claims.sid)
        await audit.record(session, Action.PASSWORD_CHANGED, actor=user.id, target=user.id)


async def _check(app: IdentityContext, claims: Claims, password: str, client: Client) -> User:
    async with app.database.read() as session:
        user = await accounts.by_id(session, claims.user_id)
        if user is None:
            raise AccountGone
        target = Target(account=user.email_key, client=client.address)
        await lockouts.refuse_locked(session, target)
    if not await app.passwords.verify(user.password_hash, password):
        await lockouts.count_failure(app, target, user.id)
        raise WrongPassword
    return user


async def forgot(app: IdentityContext, body: ForgottenPassword) -> None:
    """Have a mail with a token sent when there is such an account; the caller does not learn which."""
    async with app.database.transaction() as session:
        user = await accounts.by_email(session, email_key(body.email))
        if user is not None and user.is_active:
            await request_mail(session, user, Purpose.PASSWORD_RESET)


async def reset(app: IdentityContext, body: PasswordReset) -> None:
    """Set a new password by the token from the mail and end all sessions."""
    hashed_token = token_hash(body.token)
    with app.passwords.queued():
        async with app.database.read() as session:
            if not await tokens.is_good(session, hashed_token, Purpose.PASSWORD_RESET):
                raise InvalidToken
        password_hash = await app.passwords.hash(body.password)
    async with app.database.transaction() as session:
        user_id = await tokens.take(session, hashed_token, Purpose.PASSWORD_RESET)
        user = await accounts.lock(session, user_id) if user_id else None
        if user is None:
            raise InvalidToken
        await _set(session, user, password_hash)
        await failures.clear_account(session, user.email_key)
        await end_all(app, session, user)
        await audit.record(session, Action.PASSWORD_RESET, target=user.id)


async def _set(session: AsyncSession, user: User, password_hash: str) -> None:
    await accounts.set_password(session, user.id, password_hash)
    await tokens.drop(session, user.id, Purpose.PASSWORD_RESET)
