"""Signing in, staying signed in, signing out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from edu_common.auth.access_tokens import LIFETIME_SECONDS, Claims
from edu_common.database.pagination import PageParams
from edu_common.database.unit_of_work import UnitOfWork
from edu_common.ids import utc_now
from edu_identity import audit
from edu_identity.access import revoke
from edu_identity.accounts import repository as accounts
from edu_identity.audit import Action
from edu_identity.client import Client
from edu_identity.context import IdentityContext
from edu_identity.fields import email_key
from edu_identity.hashing import HashingOverloaded
from edu_identity.lockouts import service as lockouts
from edu_identity.lockouts.repository import Target
from edu_identity.models import User
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
"""Pages and tabs refresh concurrently: how long a token still works after its successor was used."""

TOKENS_LIVE = timedelta(seconds=LIFETIME_SECONDS + 60)


async def start(app: IdentityContext, unit: UnitOfWork, user: User, client: Client) -> TokenPair:
    """Start a session in the caller's transaction, which has locked the user or just created them."""
    refresh_token = random_token()
    session_id = await repository.add(
        unit, user.id, token_hash(refresh_token), user_agent=client.user_agent, client=client.ip
    )
    return TokenPair(access_token=access_token(app.keys, user, session_id), refresh_token=refresh_token)


async def login(app: IdentityContext, body: Credentials, client: Client) -> TokenPair:
    """Start a session for the right password. Unknown accounts take the same time and get the same response."""
    target = Target(account=email_key(body.email), client=client.network)
    with app.passwords.queued():
        async with app.database.read() as connection:
            await lockouts.check(connection, target)
            user = await accounts.by_email(connection, target.account)
        right = await app.passwords.verify(user.password_hash if user else None, body.password)
    if user is None or not right:
        await lockouts.count_failure(app, target, user.id if user else None)
        raise BadCredentials
    pair = await _admit(app, user, target, client)
    await _update_hash(app, user, body.password)
    return pair


async def _admit(app: IdentityContext, checked: User, target: Target, client: Client) -> TokenPair:
    """Start a session, unless the account changed since its password was checked."""
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock_shared(unit, checked.id)
        if user is None or user.password_changed_at != checked.password_changed_at:
            raise BadCredentials
        await lockouts.accept(unit, target)
        if not user.is_active:
            raise AccountDisabled
        return await start(app, unit, user, client)


async def _update_hash(app: IdentityContext, user: User, password: str) -> None:
    """Replace an outdated hash; when too many passwords are waiting to be hashed, leave it to the next sign-in."""
    if not app.passwords.outdated(user.password_hash):
        return
    try:
        with app.passwords.queued():
            new_hash = await app.passwords.hash(password)
    except HashingOverloaded:
        return
    async with app.database.unit_of_work() as unit:
        await accounts.replace_hash(unit, user.id, user.password_hash, new_hash)


async def refresh(app: IdentityContext, token: str) -> TokenPair:
    """Replace a refresh token; end the session and raise `RefreshReused` for one whose successor was used before."""
    async with app.database.unit_of_work("refresh") as unit:
        pair = await _rotate(app, unit, token)
    if pair is None:
        raise RefreshReused
    return pair


async def _rotate(app: IdentityContext, unit: UnitOfWork, token: str) -> TokenPair | None:
    owner = await repository.lock_owner_shared(unit, token_hash(token))
    if owner is None or not await repository.touch(unit, owner[1]):
        raise InvalidRefreshToken
    user, session_id = owner
    current = await _current_token(app, unit, session_id, token)
    if current is None:
        await audit.record(unit, Action.REFRESH_REUSED, target=user.id, detail={"session_id": str(session_id)})
        await _end(app, unit, user, session_id)
        return None
    return TokenPair(access_token=access_token(app.keys, user, session_id), refresh_token=current)


async def _current_token(app: IdentityContext, unit: UnitOfWork, session_id: UUID, token: str) -> str | None:
    """Return the session's current refresh token, or None when `token` is reused.

    A token works until its successor has been used, and `REUSE_GRACE` longer. Until then the response with the
    successor may have been lost, and the client has nothing else to come back with.
    """
    successor = app.refresh_chain.successor(token)
    if await repository.replace(unit, session_id, token_hash(token), token_hash(successor)):
        return successor
    outdated_since = await _outdated_since(unit, token, successor)
    if outdated_since and outdated_since < utc_now() - REUSE_GRACE:
        return None
    return await _end_of_chain(app, unit, session_id, successor)


async def _outdated_since(unit: UnitOfWork, token: str, successor: str) -> datetime | None:
    """Return when the successor of a replaced token was used; when `token` was, where no successor is known."""
    known = await repository.find(unit, token_hash(successor)) or await repository.find(unit, token_hash(token))
    return known["replaced_at"] if known else None


async def _end_of_chain(app: IdentityContext, unit: UnitOfWork, session_id: UUID, token: str) -> str:
    """Return the first token from `token` on that was not replaced.

    It is added when it is unknown: a process with another key, during a rotation, has continued the chain differently.
    """
    while known := await repository.find(unit, token_hash(token)):
        if known["replaced_at"] is None:
            return token
        token = app.refresh_chain.successor(token)
    await repository.add_token(unit, session_id, token_hash(token))
    return token


async def logout(app: IdentityContext, claims: Claims, session_id: UUID) -> bool:
    """End one of the caller's sessions; return False when there is no such session."""
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock_shared(unit, claims.user_id)
        return user is not None and await _end(app, unit, user, session_id)


async def end_session(app: IdentityContext, claims: Claims, session_id: UUID) -> None:
    if not await logout(app, claims, session_id):
        raise SessionNotFound


async def _end(app: IdentityContext, unit: UnitOfWork, user: User, session_id: UUID) -> bool:
    ended = await repository.end(unit, session_id, user.id)
    if ended:
        await revoke(app, unit, user, session_id)
    return ended


async def logout_everywhere(app: IdentityContext, claims: Claims) -> None:
    async with app.database.unit_of_work() as unit:
        user = await accounts.lock(unit, claims.user_id)
        if user is not None:
            await end_all(app, unit, user)


async def end_all(app: IdentityContext, unit: UnitOfWork, user: User, *, but: UUID | None = None) -> None:
    """End a locked user's sessions, in the caller's transaction, except the session `but`."""
    ended = await repository.end_all(unit, user.id, but=but)
    if but is None:
        await revoke(app, unit, user)
        return
    for row in ended:
        if row.last_used_at > utc_now() - TOKENS_LIVE:
            await revoke(app, unit, user, row.id)


async def list_sessions(app: IdentityContext, claims: Claims, page: PageParams) -> dict[str, Any]:
    async with app.database.read() as connection:
        scope = {"list": "sessions", "user": str(claims.user_id)}
        found = await repository.OF_USER.paginate(
            connection, page, app.cursors, scope, user_id=claims.user_id, now=utc_now()
        )
    return found.envelope([SessionOut(**row, current=row["id"] == claims.sid) for row in found.rows])
