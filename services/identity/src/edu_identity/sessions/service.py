"""Signing in, staying signed in, signing out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from edu_common.auth.access_tokens import LIFETIME_SECONDS, Claims
from edu_common.database.pagination import PageParams, by_newest, paginate
from edu_common.fault_injection.failpoints import failpoint
from edu_common.ids import utc_now
from edu_identity.access import revoke
from edu_identity.accounts import repository as accounts
from edu_identity.audit import repository as audit
from edu_identity.audit.repository import Action
from edu_identity.client import Client
from edu_identity.context import IdentityContext
from edu_identity.failpoints import Point
from edu_identity.fields import email_key
from edu_identity.hashing import HashingOverloaded
from edu_identity.lockouts import service as lockouts
from edu_identity.lockouts.repository import Target
from edu_identity.models import Session, User
from edu_identity.sessions import repository
from edu_identity.sessions.errors import (
    AccountDisabled,
    BadCredentials,
    InvalidRefreshToken,
    RefreshReused,
    SessionNotFound,
)
from edu_identity.sessions.schemas import Credentials, SessionOut, TokenPair
from edu_identity.tokens import access_token, random_token, token_hash

REUSE_GRACE = timedelta(seconds=10)
"""A page that is made on a server refreshes several times at once, with one token."""

TOKENS_LIVE = timedelta(seconds=LIFETIME_SECONDS + 60)


async def start(app: IdentityContext, session: AsyncSession, user: User, client: Client) -> TokenPair:
    """A new session in the caller's transaction, which holds the user or has just made them."""
    refresh_token = random_token()
    session_id = await repository.add(
        session, user.id, token_hash(refresh_token), user_agent=client.user_agent, client=client.address
    )
    return TokenPair(access_token=access_token(app.keys, user, session_id), refresh_token=refresh_token)


async def login(app: IdentityContext, body: Credentials, client: Client) -> TokenPair:
    """A session for the right password. Unknown accounts take the same time and get the same answer."""
    target = Target(account=email_key(body.email), client=client.address)
    with app.passwords.queued():
        async with app.database.read() as session:
            await lockouts.refuse_locked(session, target)
            user = await accounts.by_email(session, target.account)
        right = await app.passwords.verify(user.password_hash if user else None, body.password)
    if user is None or not right:
        await lockouts.count_failure(app, target, user.id if user else None)
        raise BadCredentials
    pair = await _admit(app, user, target, client)
    await _renew_hash(app, user, body.password)
    return pair


async def _admit(app: IdentityContext, checked: User, target: Target, client: Client) -> TokenPair:
    """Start a session, unless the account changed since its password was checked."""
    async with app.database.transaction() as session:
        user = await accounts.hold(session, checked.id)
        if user is None or user.password_changed_at != checked.password_changed_at:
            raise BadCredentials
        await lockouts.accept(session, target)
        if not user.is_active:
            raise AccountDisabled
        return await start(app, session, user, client)


async def _renew_hash(app: IdentityContext, user: User, password: str) -> None:
    """Bring an old hash up to date; when too many hashes wait, the next sign-in will."""
    if not app.passwords.outdated(user.password_hash):
        return
    try:
        with app.passwords.queued():
            renewed = await app.passwords.hash(password)
    except HashingOverloaded:
        return
    async with app.database.transaction() as session:
        await accounts.renew_hash(session, user.id, user.password_hash, renewed)


async def refresh(app: IdentityContext, token: str) -> TokenPair:
    """Replace a refresh token; raises `RefreshReused` and ends the session for one replaced long ago."""
    async with app.database.transaction() as session:
        pair = await _rotate(app, session, token)
        failpoint(Point.REFRESH_BEFORE_COMMIT)
    failpoint(Point.REFRESH_AFTER_COMMIT)
    if pair is None:
        raise RefreshReused
    return pair


async def _rotate(app: IdentityContext, session: AsyncSession, token: str) -> TokenPair | None:
    owner = await repository.hold_owner(session, token_hash(token))
    if owner is None or not await repository.touch(session, owner[1]):
        raise InvalidRefreshToken
    user, session_id = owner
    living = await _living(app, session, session_id, token)
    if living is None:
        await audit.record(session, Action.REFRESH_REUSED, target=user.id, detail={"session_id": str(session_id)})
        await _end(app, session, user, session_id)
        return None
    return TokenPair(access_token=access_token(app.keys, user, session_id), refresh_token=living)


async def _living(app: IdentityContext, session: AsyncSession, session_id: UUID, token: str) -> str | None:
    """The session's refresh token from now on, None when `token` was replaced before the grace."""
    successor = app.refresh_chain.successor(token)
    if await repository.replace(session, session_id, token_hash(token), token_hash(successor)):
        return successor
    replaced_at = await repository.replaced_at(session, token_hash(token))
    if replaced_at is None or utc_now() - replaced_at > REUSE_GRACE:
        return None
    while await repository.replaced_at(session, token_hash(successor)):
        successor = app.refresh_chain.successor(successor)
    return successor


async def logout(app: IdentityContext, claims: Claims, session_id: UUID) -> bool:
    """End one of the caller's sessions; False when there is no such one."""
    async with app.database.transaction() as session:
        user = await accounts.hold(session, claims.user_id)
        return user is not None and await _end(app, session, user, session_id)


async def end_session(app: IdentityContext, claims: Claims, session_id: UUID) -> None:
    if not await logout(app, claims, session_id):
        raise SessionNotFound


async def _end(app: IdentityContext, session: AsyncSession, user: User, session_id: UUID) -> bool:
    ended = await repository.end(session, session_id, user.id)
    if ended:
        await revoke(app, session, user, session_id)
    return ended


async def logout_everywhere(app: IdentityContext, claims: Claims) -> None:
    async with app.database.transaction() as session:
        user = await accounts.lock(session, claims.user_id)
        if user is not None:
            await end_all(app, session, user)


async def end_all(app: IdentityContext, session: AsyncSession, user: User, *, but: UUID | None = None) -> None:
    """End a locked user's sessions, in the caller's transaction; with `but`, that one goes on."""
    ended = await repository.end_all(session, user.id, but=but)
    if but is None:
        await revoke(app, session, user)
        return
    for row in ended:
        if row.last_used_at > utc_now() - TOKENS_LIVE:
            await revoke(app, session, user, row.id)


async def list_sessions(app: IdentityContext, claims: Claims, page: PageParams) -> dict[str, Any]:
    async with app.database.read() as session:
        found = await paginate(
            session,
            repository.of_user(claims.user_id),
            keys=by_newest(Session.last_used_at, Session.id),
            params=page,
            cursors=app.cursors,
            scope={"list": "sessions", "user": str(claims.user_id)},
        )
    return found.envelope(
        [SessionOut.model_validate({**row._mapping, "current": row.id == claims.sid}) for row in found.rows]
    )
