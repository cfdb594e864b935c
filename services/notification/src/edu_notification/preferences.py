"""Mail preferences: which mails a user wants."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import StrictBool
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from starlette.responses import PlainTextResponse

from edu_common.database.models import binds
from edu_common.database.unit_of_work import Connection, UnitOfWork
from edu_common.errors import Unprocessable
from edu_common.types import Body
from edu_common.web.dependencies import User
from edu_common.web.error_responses import error_responses
from edu_common.web.routing import Router
from edu_notification import recipients
from edu_notification.context import App
from edu_notification.mail import unsubscribe
from edu_notification.mail.composer import SECURITY
from edu_notification.models import MailPreference, MailType

router = Router(prefix="/notifications/preferences", tags=["preferences"])
unsubscribing = Router(prefix=unsubscribe.PATH, tags=["preferences"])


class Preferences(Body):
    """Whether mails are wanted, by type."""

    email: dict[MailType, StrictBool]


@router.get("")
async def get_preferences(app: App, user: User) -> Preferences:
    """Which mails the caller wants: every type, all of them by default."""
    async with app.database.read() as connection:
        return await _preferences(connection, user.user_id)


@router.put("")
async def put_preferences(app: App, user: User, preferences: Preferences) -> Preferences:
    """Choose which mails to get; types that are absent stay as they are. Security mails cannot be switched off."""
    rejected = sorted(kind for kind in SECURITY if preferences.email.get(kind) is False)
    if rejected:
        raise Unprocessable.at("body", "email", rejected[0], msg="Security mails cannot be switched off.")
    async with app.database.unit_of_work() as unit:
        if not await recipients.lock_unless_erased(unit, {user.user_id}):
            await _save(unit, user.user_id, preferences.email)
        return await _preferences(unit, user.user_id)


Token = Annotated[str, Query(max_length=2000, description="As in the `List-Unsubscribe` header of a mail")]


@unsubscribing.post("", status_code=204, responses=error_responses(unsubscribe.UnknownLink))
async def unsubscribe_by_link(app: App, token: Token) -> None:
    """Switch off the mails of the type that brought the link, as mail programs do in one click (RFC 8058)."""
    user_id, kind = unsubscribe.read(app.service_tokens, token)
    async with app.database.unit_of_work() as unit:
        if await recipients.exists(unit, user_id):
            await _save(unit, user_id, {kind: False})


@unsubscribing.get("", response_class=PlainTextResponse)
async def open_link(app: App) -> str:
    """Name the page with all choices to people who open the link; programs that look at links change nothing."""
    return f"{app.settings.public_url.rstrip('/')}/account\n"


OF_USER = select(MailPreference.type, MailPreference.enabled).where(MailPreference.user_id == bindparam("user_id"))


async def _preferences(connection: Connection, user_id: UUID) -> Preferences:
    """Return the user's choice for every type of mail; types without a row are wanted."""
    chosen = {row["type"]: row["enabled"] for row in await connection.all(OF_USER, user_id=user_id)}
    return Preferences(email={kind: chosen.get(kind, True) for kind in MailType})


_insert = insert(MailPreference).values(binds(("user_id", "type", "enabled")))
SAVE = _insert.on_conflict_do_update(index_elements=["user_id", "type"], set_={"enabled": _insert.excluded.enabled})


async def _save(unit: UnitOfWork, user_id: UUID, choices: Mapping[MailType, bool]) -> None:
    # Sorted, so that concurrent requests lock the rows in the same order.
    rows = [{"user_id": user_id, "type": kind, "enabled": choices[kind]} for kind in sorted(choices)]
    await unit.execute_many(SAVE, rows)
