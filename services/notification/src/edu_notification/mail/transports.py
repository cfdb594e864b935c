"""Transports of mail: SMTP, or a folder."""

import asyncio
from email.message import EmailMessage
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
from pydantic import SecretStr

from edu_notification.mail.composer import Undeliverable
from edu_notification.settings import MailTransportKind, NotificationSettings

SMTP_SECONDS = 15.0
PERMANENT = 500


class MailTransport(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Hand the message over for good; raise `Undeliverable` when it is rejected for good."""
        ...


class FolderTransport:
    """One file a mail, named by its Message-ID: a mail sent again replaces itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        await asyncio.to_thread(self._write, message)

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".tmp", delete=False) as unfinished:
            unfinished.write(message.as_bytes())
        Path(unfinished.name).replace(self._folder / f"{message['Message-ID'].strip('<>')}.eml")


class SmtpTransport:
    """An SMTP relay; `smtp://` upgrades to TLS where the relay offers it, `smtps://` starts with it."""

    def __init__(self, url: SecretStr) -> None:
        parts = urlsplit(url.get_secret_value())
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def send(self, message: EmailMessage) -> None:
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._implicit_tls,
                timeout=SMTP_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            self._give_up_when_permanent(error, error.recipients[0].code)
        except aiosmtplib.SMTPDataError as error:
            self._give_up_when_permanent(error, error.code)

    def _give_up_when_permanent(self, error: Exception, code: int) -> None:
        """Raise `Undeliverable` for a 5xx about this recipient or text; one about login or sender is the operator's."""
        if code >= PERMANENT:
            raise Undeliverable(str(error)) from error
        raise error


def transport_of(settings: NotificationSettings) -> MailTransport:
    if settings.mail_transport is MailTransportKind.FOLDER:
        return FolderTransport(settings.mail_folder)
    return SmtpTransport(settings.smtp_url)
