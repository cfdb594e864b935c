"""Background tasks: send the queued mails, and delete old ones."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from edu_notification.context import NotificationContext
from edu_notification.mail import repository as mails

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
PURGE_SECONDS = 3600.0
KEEP_CLOSED = timedelta(days=30)


async def send_mails(app: NotificationContext) -> None:
    """Send due mails until cancelled, at once when a mail is queued in this process."""
    while True:
        try:
            while await app.mail_sender.send_due():
                pass
        except (OSError, SQLAlchemyError) as error:
            log.warning("mail queue unreachable", error=repr(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(app.mail_queued.wait(), POLL_SECONDS)
        app.mail_queued.clear()


async def purge_mails(app: NotificationContext) -> None:
    """Delete old closed mails until cancelled."""
    while True:
        with suppress(OSError, SQLAlchemyError):
            async with app.database.unit_of_work() as unit:
                await mails.purge(unit, KEEP_CLOSED)
        await asyncio.sleep(PURGE_SECONDS)
