"""What the service does by itself: makes the first admin, and drops what has expired."""

import asyncio

from edu_identity.admin import first_admin
from edu_identity.admin.first_admin import FirstAdmin
from edu_identity.context import IdentityContext
from edu_identity.lockouts import repository as lockouts
from edu_identity.one_time_tokens import repository as one_time_tokens
from edu_identity.sessions import repository as sessions

PURGE_SECONDS = 600.0


async def run(app: IdentityContext, admin: FirstAdmin | None) -> None:
    """Until cancelled."""
    if admin is not None:
        await first_admin.ensure(app, admin)
    while True:
        for repository in (sessions, one_time_tokens, lockouts):
            async with app.database.transaction() as session:
                await repository.purge(session)
        await asyncio.sleep(PURGE_SECONDS)
