"""Transports of mail: SMTP, or a folder."""

import asyncio
from contextlib import suppress
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
FAREWELL_SECONDS = 2.0
PERMANENT = 500


class MailTransport(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Send the message; return once it is durably accepted; raise `Undeliverable` for a permanent rejection."""
        ...

    async def close(self) -> None: ...


class FolderTransport:
    """Writes one file per mail, named by its Message-ID: a mail sent again replaces itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        await asyncio.to_thread(self._write, message)

    async def close(self) -> None:
        """Do nothing: this transport keeps no resources open."""

    def _write(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".tmp", delete=False) as unfinished:
            unfinished.write(message.as_bytes())
        Path(unfinished.name).replace(self._folder / f"{message['Message-ID'].strip('<>')}.eml")


class SmtpTransport:
    """An SMTP relay; `smtp://` upgrades to TLS if the relay offers it, `smtps://` starts with it.

    Connections are kept for further mails, as many as are sent concurrently. `ca_file` contains certificates in PEM
    that are trusted for the relay in addition to the system's.
    """

    def __init__(self, url: SecretStr, ca_file: Path | None = None) -> None:
        parts = urlsplit(url.get_secret_value())
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._ca_file = ca_file
        self._idle: list[aiosmtplib.SMTP] = []

    async def send(self, message: EmailMessage) -> None:
        client = await self._idle_client() or await self._new_client()
        try:
            await self._send_by(client, message)
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused, Undeliverable):
            self._keep(client)  # the relay rejected this mail and has discarded it
            raise
        except BaseException:
            client.close()
            raise
        self._keep(client)

    async def close(self) -> None:
        """Close the connections to the relay."""
        idle, self._idle = self._idle, []
        for client in idle:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=FAREWELL_SECONDS)
            client.close()

    async def _idle_client(self) -> aiosmtplib.SMTP | None:
        """Return a connection that is still open, or None: relays close idle ones."""
        while self._idle:
            client = self._idle.pop()
            try:
                await client.noop()
            except (aiosmtplib.SMTPException, OSError):
                client.close()
            else:
                return client
        return None

    async def _new_client(self) -> aiosmtplib.SMTP:
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._implicit_tls,
            cert_bundle=str(self._ca_file) if self._ca_file else None,
            timeout=SMTP_SECONDS,
        )
        await client.connect()
        return client

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            self._idle.append(client)

    async def _send_by(self, client: aiosmtplib.SMTP, message: EmailMessage) -> None:
        try:
            await client.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            self._give_up_when_permanent(error, error.recipients[0].code)
        except aiosmtplib.SMTPDataError as error:
            self._give_up_when_permanent(error, error.code)

    def _give_up_when_permanent(self, error: Exception, code: int) -> None:
        """Raise `Undeliverable` for a 5xx about this recipient or text, not about login or sender (the operator's)."""
        if code >= PERMANENT:
            raise Undeliverable(str(error)) from error
        raise error


def transport_of(settings: NotificationSettings) -> MailTransport:
    if settings.mail_transport is MailTransportKind.FOLDER:
        return FolderTransport(settings.mail_folder)
    return SmtpTransport(settings.smtp_url, settings.smtp_ca_file)
