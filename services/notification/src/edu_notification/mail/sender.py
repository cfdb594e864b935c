"""Sending the due mails of the queue."""

import asyncio
from datetime import timedelta

import structlog

from edu_common.database.engine import Database
from edu_common.ids import utc_now
from edu_notification import metrics
from edu_notification.mail import repository as mails
from edu_notification.mail.composer import Composer, Undeliverable
from edu_notification.mail.repository import DueMail
from edu_notification.mail.transports import MailTransport
from edu_notification.models import MailStatus

log = structlog.get_logger(__name__)

BATCH = 5
"""Mails sent concurrently; each needs a connection of the pool briefly, to write its outcome."""

ATTEMPT_SECONDS = 30.0
LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=5)
UNKNOWN_RECIPIENT_AFTER = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)


class RecipientUnknown(Exception):
    """Identity's event about the user has not arrived yet: another service's event was faster."""


class MailSender:
    """Sends due mails; several processes share the queue.

    When a process dies between sending a mail and recording that, the mail is sent again, with the same Message-ID, by
    which mailboxes and the folder recognise it.
    """

    def __init__(self, database: Database, composer: Composer, transport: MailTransport) -> None:
        self._database = database
        self._composer = composer
        self._transport = transport

    async def send_due(self) -> bool:
        """Send one batch; return False when nothing was due."""
        async with self._database.unit_of_work() as unit:
            due = await mails.claim(unit, BATCH, LEASE)
        await asyncio.gather(*(self._send(mail) for mail in due))
        return bool(due)

    async def _send(self, mail: DueMail) -> None:
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await self._hand_over(mail)
        except Undeliverable as error:
            await self._drop(mail, str(error))
        except Exception as error:
            await self._retry_or_drop(mail, error)
        else:
            await self._close(mail, MailStatus.SENT)
            log.info("mail sent", mail_id=str(mail.id), type=mail.type, attempts=mail.attempts)

    async def _hand_over(self, mail: DueMail) -> None:
        if mail.addressee is None:
            raise RecipientUnknown
        await self._transport.send(await self._composer.compose(mail, mail.addressee))

    async def _retry_or_drop(self, mail: DueMail, error: Exception) -> None:
        patience = UNKNOWN_RECIPIENT_AFTER if isinstance(error, RecipientUnknown) else GIVE_UP_AFTER
        if utc_now() - mail.created_at > patience:
            await self._drop(mail, repr(error))
            return
        pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 10), mails.LONGEST_PAUSE)
        log.warning("mail postponed", mail_id=str(mail.id), type=mail.type, error=repr(error), pause=str(pause))
        metrics.MAILS.labels("postponed").inc()
        async with self._database.unit_of_work() as unit:
            await mails.postpone(unit, mail.id, pause, repr(error))

    async def _drop(self, mail: DueMail, reason: str) -> None:
        log.warning("mail dropped", mail_id=str(mail.id), type=mail.type, user_id=str(mail.user_id), reason=reason)
        await self._close(mail, MailStatus.DROPPED, reason)

    async def _close(self, mail: DueMail, status: MailStatus, error: str | None = None) -> None:
        metrics.MAILS.labels(status).inc()
        async with self._database.unit_of_work() as unit:
            await mails.finish(unit, mail.id, status, error)
