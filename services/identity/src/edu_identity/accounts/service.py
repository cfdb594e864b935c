"""Accounts: registration, and use cases of their owners."""

from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.errors import RoleRequired
from edu_common.events import erasure
from edu_common.ids import new_id
from edu_identity import audit, publishers
from edu_identity.access import revoke
from edu_identity.accounts import repository
from edu_identity.accounts.errors import AccountGone, AlreadyVerified, EmailTaken, UserNotFound
from edu_identity.accounts.schemas import (
    Application,
    ApplicationStatus,
    ApplicationText,
    Emails,
    MeChanges,
    PublicUser,
    Registration,
)
from edu_identity.admin.errors import LastAdmin
from edu_identity.audit import Action
from edu_identity.client import Client
from edu_identity.context import IdentityContext
from edu_identity.fields import email_key
from edu_identity.lockouts import repository as failures
from edu_identity.metrics import REGISTRATIONS
from edu_identity.models import Purpose, User
from edu_identity.one_time_tokens.service import request_mail
from edu_identity.sessions import service as sessions
from edu_identity.sessions.schemas import TokenPair


async def register(app: IdentityContext, body: Registration, client: Client) -> TokenPair:
    """Create an account and its first session, and have a mail sent to confirm the e-mail address."""
    key = email_key(body.email)
    with app.passwords.queued():
        async with app.database.read() as connection:
            if await repository.is_taken(connection, key):
                raise EmailTaken
        password_hash = await app.passwords.hash(body.password)
    values = body.model_dump(exclude={"password"})
    async with app.database.unit_of_work() as unit:
        user = await repository.add(
            unit, id=new_id(), email_key=key, email_verified=False, password_hash=password_hash, **values
        )
        if user is None:
            raise EmailTaken
        await publishers.publish_registered(unit, user)
        await request_mail(unit, user, Purpose.EMAIL_VERIFICATION)
        pair = await sessions.start(app, unit, user, client)
    REGISTRATIONS.inc()
    return pair


async def me(app: IdentityContext, claims: Claims) -> User:
    async with app.database.read() as connection:
        return _existing(await repository.by_id(connection, claims.user_id))


async def change_me(app: IdentityContext, claims: Claims, body: MeChanges) -> User:
    async with app.database.unit_of_work() as unit:
        user = _existing(await repository.lock(unit, claims.user_id))
        changes = {name: value for name, value in body.changes().items() if value != getattr(user, name)}
        if changes:
            user = await repository.change(unit, user.id, **changes)
        if changes.keys() & {"name", "locale"}:
            await publishers.publish_renamed(unit, user)
    return user


async def erase(app: IdentityContext, claims: Claims) -> None:
    """Delete an account and, by event, its name and mails in every other service."""
    async with app.database.unit_of_work() as unit:
        if claims.role is Role.ADMIN and await repository.lock_active_admins(unit) == {claims.user_id}:
            raise LastAdmin
        user = _existing(await repository.lock(unit, claims.user_id))
        await revoke(app, unit, user, erased=True)
        await failures.clear_account(unit, user.email_key)
        await audit.erase_clients(unit, user.id)
        await erasure.erase_published(unit, user.id)
        await publishers.publish_erased(unit, user)
        await audit.record(unit, Action.USER_ERASED, actor=user.id, target=user.id)
        await repository.remove(unit, user.id)


async def public_user(app: IdentityContext, user_id: UUID) -> PublicUser:
    found = await public_users(app, [user_id])
    if not found:
        raise UserNotFound
    return found[0]


async def public_users(app: IdentityContext, ids: list[UUID]) -> list[PublicUser]:
    """Return those of the users that exist, in the order of `ids`."""
    async with app.database.read() as connection:
        found = {row.id: PublicUser.model_validate(row) for row in await repository.public(connection, ids)}
    return [found[user_id] for user_id in dict.fromkeys(ids) if user_id in found]


async def emails(app: IdentityContext, ids: list[UUID]) -> Emails:
    """Return the confirmed e-mail addresses of these users: anybody may register with a stranger's."""
    async with app.database.read() as connection:
        return Emails(emails={row.id: row.email for row in await repository.emails(connection, ids)})


async def application(app: IdentityContext, claims: Claims) -> Application:
    async with app.database.read() as connection:
        return _application(_teacher(await repository.by_id(connection, claims.user_id)))


async def apply(app: IdentityContext, claims: Claims, body: ApplicationText) -> Application:
    """Apply for verification, also after a rejection or with another text; admins see it as pending."""
    async with app.database.unit_of_work() as unit:
        user = _teacher(await repository.lock(unit, claims.user_id))
        if user.is_verified:
            raise AlreadyVerified("You are verified already.")
        user = await repository.change(unit, user.id, application=body.text, rejection_reason=None)
    return _application(user)


def _teacher(user: User | None) -> User:
    if _existing(user).role != Role.TEACHER:
        raise RoleRequired("Only teachers apply for verification.")
    return _existing(user)


def _existing(user: User | None) -> User:
    if user is None:
        raise AccountGone
    return user


def _application(user: User) -> Application:
    status = ApplicationStatus.REJECTED if user.rejection_reason else ApplicationStatus.PENDING
    return Application(
        status=ApplicationStatus.VERIFIED if user.is_verified else status,
        text=user.application,
        reason=user.rejection_reason,
    )
