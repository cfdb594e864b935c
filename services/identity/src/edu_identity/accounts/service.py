"""Accounts: made, read, changed by the people whom they belong to."""

from uuid import UUID

from edu_common.auth.access_tokens import Claims, Role
from edu_common.errors import RoleRequired
from edu_common.ids import new_id
from edu_identity import publishers
from edu_identity.access import revoke
from edu_identity.accounts import repository
from edu_identity.accounts.errors import AccountGone, AlreadyVerified, EmailTaken, UserNotFound
from edu_identity.accounts.schemas import (
    Application,
    ApplicationStatus,
    ApplicationText,
    MeChanges,
    PublicUser,
    Registration,
)
from edu_identity.admin.errors import LastAdmin
from edu_identity.audit import repository as audit
from edu_identity.audit.repository import Action
from edu_identity.client import Client
from edu_identity.context import IdentityContext
from edu_identity.fields import email_key
from edu_identity.metrics import REGISTRATIONS
from edu_identity.models import Purpose, User
from edu_identity.sessions import service as sessions
from edu_identity.sessions.schemas import TokenPair


async def register(app: IdentityContext, body: Registration, client: Client) -> TokenPair:
    """A new account and its first session; the address is asked to be confirmed by mail."""
    key = email_key(body.email)
    with app.passwords.queued():
        async with app.database.read() as session:
            if await repository.is_taken(session, key):
                raise EmailTaken
        password_hash = await app.passwords.hash(body.password)
    values = body.model_dump(exclude={"password"})
    async with app.database.transaction() as session:
        user = await repository.add(
            session, {"id": new_id(), "email_key": key, "password_hash": password_hash, **values}
        )
        if user is None:
            raise EmailTaken
        await publishers.tell_registered(session, user)
        await publishers.request_mail(session, user, Purpose.EMAIL_VERIFICATION)
        pair = await sessions.start(app, session, user, client)
    REGISTRATIONS.inc()
    return pair


async def me(app: IdentityContext, claims: Claims) -> User:
    async with app.database.read() as session:
        return _mine(await repository.by_id(session, claims.user_id))


async def change_me(app: IdentityContext, claims: Claims, body: MeChanges) -> User:
    async with app.database.transaction() as session:
        user = _mine(await repository.lock(session, claims.user_id))
        before = (user.name, user.locale)
        for name, value in body.changes().items():
            setattr(user, name, value)
        if (user.name, user.locale) != before:
            await publishers.tell_renamed(session, user)
    return user


async def erase(app: IdentityContext, claims: Claims) -> None:
    """End an account for good: its row goes here, and by event its name and mails everywhere else."""
    async with app.database.transaction() as session:
        if claims.role is Role.ADMIN and await repository.lock_active_admins(session) == {claims.user_id}:
            raise LastAdmin
        user = _mine(await repository.lock(session, claims.user_id))
        user.is_active = False
        await revoke(app, session, user)
        await publishers.tell_erased(session, user)
        await audit.record(session, Action.USER_ERASED, actor=user.id, target=user.id)
        await session.delete(user)


async def public_user(app: IdentityContext, user_id: UUID) -> PublicUser:
    found = await public_users(app, [user_id])
    if not found:
        raise UserNotFound
    return found[0]


async def public_users(app: IdentityContext, ids: list[UUID]) -> list[PublicUser]:
    """Those of the users that there are, in the order asked for."""
    async with app.database.read() as session:
        found = {row.id: PublicUser.model_validate(row) for row in await repository.public(session, ids)}
    return [found[user_id] for user_id in dict.fromkeys(ids) if user_id in found]


async def application(app: IdentityContext, claims: Claims) -> Application:
    async with app.database.read() as session:
        return _application(_teacher(await repository.by_id(session, claims.user_id)))


async def apply(app: IdentityContext, claims: Claims, body: ApplicationText) -> Application:
    """Ask for verification, again after a rejection or with another text; admins see it as pending."""
    async with app.database.transaction() as session:
        user = _teacher(await repository.lock(session, claims.user_id))
        if user.is_verified:
            raise AlreadyVerified("You are verified already.")
        user.application = body.text
        user.rejection_reason = None
    return _application(user)


def _teacher(user: User | None) -> User:
    if _mine(user).role != Role.TEACHER:
        raise RoleRequired("Only teachers apply for verification.")
    return _mine(user)


def _mine(user: User | None) -> User:
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
