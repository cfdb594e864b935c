"""Sessions over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import Response

from edu_common.database.pagination import Page
from edu_common.web.dependencies import User
from edu_common.web.error_responses import error_responses
from edu_common.web.paging import Paging
from edu_common.web.routing import Router
from edu_identity.client import CurrentClient
from edu_identity.context import App
from edu_identity.hashing import HashingOverloaded
from edu_identity.lockouts.service import LockedOut
from edu_identity.sessions import service
from edu_identity.sessions.cookies import RefreshCookie, clear_cookie, set_cookie
from edu_identity.sessions.errors import (
    AccountDisabled,
    BadCredentials,
    InvalidRefreshToken,
    RefreshReused,
    SessionNotFound,
)
from edu_identity.sessions.schemas import Credentials, RefreshRequest, SessionOut, TokenPair

router = Router(tags=["sessions"])


@router.post("/login", responses=error_responses(BadCredentials, AccountDisabled, LockedOut, HashingOverloaded))
async def login(app: App, client: CurrentClient, response: Response, body: Credentials) -> TokenPair:
    """Sign in. Ten wrong passwords lock the account for this client for 15 minutes."""
    pair = await service.login(app, body, client)
    set_cookie(response, pair.refresh_token, client)
    return pair


@router.post("/refresh", responses=error_responses(InvalidRefreshToken, RefreshReused))
async def refresh(
    app: App,
    client: CurrentClient,
    response: Response,
    cookie: RefreshCookie = None,
    body: RefreshRequest | None = None,
) -> TokenPair:
    """Replace a refresh token, sent in the body or as the cookie, and get a new access token.

    The same token may be sent again, and gives the same successor, until ten seconds after the successor itself was
    used; after that it ends the session.
    """
    token = (body and body.refresh_token) or cookie
    if not token:
        raise InvalidRefreshToken("Send a refresh token, in the body or as the cookie.")
    pair = await service.refresh(app, token)
    set_cookie(response, pair.refresh_token, client)
    return pair


@router.post("/logout", status_code=204)
async def logout(app: App, client: CurrentClient, response: Response, user: User) -> None:
    """End the session that the access token belongs to."""
    await service.logout(app, user, user.sid)
    clear_cookie(response, client)


@router.post("/logout-all", status_code=204)
async def logout_everywhere(app: App, client: CurrentClient, response: Response, user: User) -> None:
    """End all sessions of the caller."""
    await service.logout_everywhere(app, user)
    clear_cookie(response, client)


@router.get("/me/sessions", response_model=Page[SessionOut])
async def list_sessions(app: App, user: User, page: Paging) -> dict[str, Any]:
    """Where the caller is signed in, last used first."""
    return await service.list_sessions(app, user, page)


@router.delete("/me/sessions/{session_id}", status_code=204, responses=error_responses(SessionNotFound))
async def end_session(app: App, user: User, session_id: UUID) -> None:
    """End one of the caller's sessions."""
    await service.end_session(app, user, session_id)
