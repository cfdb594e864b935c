"""The contents of a mail: links, texts, headers."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

from edu_common.auth.service_tokens import ServiceTokens
from edu_common.service_client import ServiceClient
from edu_notification import clients
from edu_notification.mail import unsubscribe
from edu_notification.mail.headers import SMTP, SMTP_UTF8
from edu_notification.mail.repository import Addressee, DueMail
from edu_notification.models import MailType
from edu_notification.settings import NotificationSettings
from edu_notification.texts import MailText, Texts

SECURITY = frozenset({MailType.EMAIL_VERIFICATION, MailType.PASSWORD_RESET})
"""Mails with a one-time link; no one can switch them off."""

LINKS = {
    MailType.EMAIL_VERIFICATION: "/verify-email?token={token}",
    MailType.PASSWORD_RESET: "/reset-password?token={token}",
    MailType.TEACHER_VERIFIED: "/studio",
    MailType.TEACHER_REJECTED: "/studio",
    MailType.PAYMENT_COMPLETED: "/learn/{course_id}",
    MailType.PAYMENT_REFUNDED: "/courses/{course_id}",
    MailType.ENROLLMENT_CREATED: "/learn/{course_slug}",
    MailType.ENROLLMENT_COMPLETED: "/certificates/{certificate_code}",
    MailType.REVIEW_CREATED: "/courses/{course_slug}",
}
"""Pages of the front end, filled from the mail's data."""


NAMES = ("name", "student_name", "teacher_name", "author_name")
"""Values in a mail that users choose themselves."""

LINK = re.compile(r"://|www\.|\w\.\w\w", re.IGNORECASE)
"""Text that mail programs turn into a link, "example.com" too."""


class Undeliverable(Exception):
    """A mail that cannot be delivered by any further attempt."""


class Composer:
    def __init__(
        self, settings: NotificationSettings, texts: Texts, identity: ServiceClient, tokens: ServiceTokens
    ) -> None:
        self._origin = settings.public_url.rstrip("/")
        self._api = f"{self._origin}/api/{settings.service}"
        self._tokens = tokens
        self._sender = settings.mail_from
        self._texts = texts
        self._identity = identity

    async def compose(self, mail: DueMail, addressee: Addressee) -> EmailMessage:
        """Return the message of a queued mail; request the token of a one-time link from identity.

        Raise `ServiceUnavailable` while identity does not respond, `Undeliverable` when the mail cannot be sent at all.
        """
        if not addressee.email_verified and mail.type not in SECURITY:
            raise Undeliverable("the e-mail address is not confirmed, so it may be a stranger's")
        data: dict[str, Any] = {**mail.data, "name": addressee.name, "date": f"{mail.created_at:%Y-%m-%d}"}
        data |= {field: without_links(data[field]) for field in NAMES if field in data}
        if mail.type in SECURITY:
            data["token"] = await self._one_time_token(mail)
        text = self._texts.mail(addressee.locale, mail.type, {**data, "link": self._link(mail.type, data)})
        return self._message(mail, addressee, text)

    async def _one_time_token(self, mail: DueMail) -> str:
        """Return a token issued when the mail is sent, so that it is never in a queue or log."""
        token = await clients.issue_one_time_token(self._identity, mail.user_id, mail.type)
        if token is None:
            raise Undeliverable("identity has no such user")
        return token

    def _link(self, kind: MailType, data: dict[str, Any]) -> str:
        quoted = {name: quote(str(value), safe="") for name, value in data.items()}
        return self._origin + LINKS[kind].format_map(quoted)

    def _message(self, mail: DueMail, addressee: Addressee, text: MailText) -> EmailMessage:
        """Build the message; its headers go through `email.policy`, which rejects line breaks in them.

        `Message-ID` and `Date` are those of the queued mail, so that a mail sent again is the same mail.
        """
        message = EmailMessage(policy=SMTP if addressee.email.isascii() else SMTP_UTF8)
        message["Message-ID"] = f"<{mail.id}@{self._sender.domain}>"
        message["Date"] = mail.created_at
        message["From"] = self._sender
        message["To"] = mailbox(addressee)
        message["Subject"] = text.subject
        message["Auto-Submitted"] = "auto-generated"
        if mail.type not in SECURITY:
            token = unsubscribe.token_for(self._tokens, mail.user_id, mail.type)
            message["List-Unsubscribe"] = f"<{self._api}{unsubscribe.PATH}?token={token}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(text.plain)
        message.add_alternative(text.html, subtype="html")
        message["Content-Language"] = addressee.locale
        return message


def mailbox(addressee: Addressee) -> Address:
    """Return the recipient as a mailbox (RFC 5322), without a name while the e-mail address is not confirmed.

    Raise `Undeliverable` for an invalid e-mail address.
    """
    name = " ".join(addressee.name.split()) if addressee.email_verified else ""
    try:
        return Address(display_name=name, addr_spec=addressee.email)
    except ValueError as error:
        raise Undeliverable(f"not an e-mail address: {error}") from error


def without_links(name: str) -> str:
    """Return a name without the words that a mail program would turn into a link."""
    return " ".join(word for word in name.split() if not LINK.search(word))
