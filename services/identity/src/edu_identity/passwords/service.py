"""Changing a password, and resetting a forgotten one."""

from edu_common.auth.access_tokens import Claims
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.errors import DomainError
from edu_identity import audit
from edu_identity.accounts import repository as accounts
from edu_identity.accounts.errors import AccountGone
from edu_identity.audit import Action
from edu_identity.client import Client
from edu_identity.context import IdentityContext
from edu_identity.fields import email_key
from edu_identity.lockouts import repository as failures
from edu_identity.lockouts import service as lockouts
from edu_identity.lockouts.repository import Target
from edu_identity.models import Purpose, User
from edu_identity.one_time_tokens import repository as tokens
from edu_identity.one_time_tokens.service import InvalidToken, request_mail, take
from edu_identity.passwords.schemas import ForgottenPassword, PasswordChange, PasswordReset
from edu_identity.sessions.service import end_all
from edu_identity.tokens import token_hash


class WrongPassword(DomainError):
    status = 403
    code = "wrong_password"
    detail = "The current password is wrong."


async def change(app: IdentityContext, claims: Claims, body: PasswordChange, client: Client) -> None:
    """Change the caller's password and end their other sessions; wrong passwords count as at sign-in."""
    with app.passwords.queued():
        checked = await _check(app, claims, body.current, client)
        password_hash = await app.passwords.hash(body.new)
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock(unit, checked.id)
        if user is None or user.password_changed_at != checked.password_changed_at:
            raise WrongPassword
        await lockouts.accept(unit, Target(account=user.email_key, client=client.network))
        await _set(unit, user, password_hash)
        await end_all(app, unit, user, but=claims.sid)
        await audit.record(unit, Action.PASSWORD_CHANGED, actor=user.id, target=user.id)


async def _check(app: IdentityContext, claims: Claims, password: str, client: Client) -> User:
    async with app.database.read() as connection:
        user = await accounts.by_id(connection, claims.user_id)
        if user is None:
            raise AccountGone
        target = Target(account=user.email_key, client=client.network)
        await lockouts.check(connection, target)
    if not await app.passwords.verify(user.password_hash, password):
        await lockouts.count_failure(app, target, user.id)
        raise WrongPassword
    return user


async def forgot(app: IdentityContext, body: ForgottenPassword) -> None:
    """Have a mail with a token sent if there is such an account; the caller cannot tell whether there is."""
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock_by_email(unit, email_key(body.email))
        if user is not None and user.is_active:
            await request_mail(unit, user, Purpose.PASSWORD_RESET)


async def reset(app: IdentityContext, body: PasswordReset) -> None:
    """Set a new password with the token from the mail and end all sessions."""
    with app.passwords.queued():
        async with app.database.read() as connection:
            if not await tokens.owner(connection, token_hash(body.token), Purpose.PASSWORD_RESET):
                raise InvalidToken
        password_hash = await app.passwords.hash(body.password)
    async with app.database.unit_of_work() as unit:
        user = await take(unit, body.token, Purpose.PASSWORD_RESET)
        await _set(unit, user, password_hash)
        await failures.clear_account(unit, user.email_key)
        await end_all(app, unit, user)
        await audit.record(unit, Action.PASSWORD_RESET, target=user.id)


async def _set(unit: UnitOfWork, user: User, password_hash: str) -> None:
    await accounts.set_password(unit, user.id, password_hash)
    await tokens.drop(unit, user.id, Purpose.PASSWORD_RESET)
