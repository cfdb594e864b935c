"""Accounts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from edu_common.database.pagination import Page
from edu_common.errors import RoleRequired
from edu_common.web.conditional import json_response
from edu_common.web.dependencies import User
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_identity.accounts import service
from edu_identity.accounts.errors import AlreadyVerified, EmailTaken, UserNotFound
from edu_identity.accounts.schemas import (
    Application,
    ApplicationText,
    Me,
    MeChanges,
    PublicUser,
    Registration,
    UserIds,
)
from edu_identity.admin.errors import LastAdmin
from edu_identity.client import CurrentClient
from edu_identity.context import App
from edu_identity.hashing import HashingOverloaded
from edu_identity.sessions.cookies import set_cookie
from edu_identity.sessions.schemas import TokenPair

router = Router(tags=["accounts"])


@router.post("/register", status_code=201, responses=error_responses(EmailTaken, HashingOverloaded))
async def register(app: App, client: CurrentClient, response: Response, body: Registration) -> TokenPair:
    """Make an account, signed in at once. Admins are never made here."""
    pair = await service.register(app, body, client)
    set_cookie(response, pair.refresh_token, client)
    return pair


@router.get("/me", response_model=Me)
async def get_me(app: App, user: User) -> Response:
    """The caller's own account."""
    return json_response(Me.model_validate(await service.me(app, user)))


@router.patch("/me", response_model=Me)
async def change_me(app: App, user: User, body: MeChanges) -> object:
    """Change what is sent; the rest stays."""
    return await service.change_me(app, user, body)


@router.delete("/me", status_code=202, responses=error_responses(LastAdmin))
async def erase_me(app: App, user: User) -> None:
    """End the caller's account. Personal data goes everywhere; reviews and payments stay without a name."""
    await service.erase(app, user)


@router.get("/me/application", responses=error_responses(RoleRequired))
async def get_application(app: App, user: User) -> Application:
    """Where the caller's verification as a teacher stands."""
    return await service.application(app, user)


@router.post("/me/application", status_code=202, responses=error_responses(RoleRequired, AlreadyVerified))
async def apply_for_verification(app: App, user: User, body: ApplicationText) -> Application:
    """Ask admins to verify the caller as a teacher; also after a rejection."""
    return await service.apply(app, user, body)


@router.get("/users/{user_id}/public", responses=error_responses(UserNotFound))
async def get_public_user(app: App, user_id: UUID) -> PublicUser:
    """What everybody may know of a user."""
    return await service.public_user(app, user_id)


@router.get("/users")
async def list_public_users(
    app: App, ids: Annotated[UserIds, Query(description="Up to 100 ids, separated by commas")]
) -> Page[PublicUser]:
    """The same of several users, in the order asked for; those that are not there are left out."""
    users = await service.public_users(app, [UUID(part) for part in ids.split(",")])
    return Page(items=users, total=len(users), next_cursor=None)
