"""Texts of notifications and mails, from templates in a folder per language.

A template sets the parts of a text: `title` and `body` of an in-app notification; `subject`, `body` and `action`, the
label of the link, of a mail. A value that a template uses and the caller does not pass is an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from edu_notification.models import Locale, MailType, NotificationType


@dataclass(frozen=True)
class NotificationText:
    title: str
    body: str


@dataclass(frozen=True)
class MailText:
    subject: str
    plain: str
    html: str


class Texts:
    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("edu_notification"),
            auto_reload=False,
            autoescape=select_autoescape(["html"], default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def notification(self, locale: Locale, kind: NotificationType, values: Mapping[str, Any]) -> NotificationText:
        parts = self._parts(f"{locale}/in_app/{kind}.txt", values)
        return NotificationText(title=one_line(parts.title), body=parts.body.strip())

    def mail(self, locale: Locale, kind: MailType, values: Mapping[str, Any]) -> MailText:
        """Return the mail's texts; `values` contain at least `name`, the recipient's, and `link`."""
        parts = self._parts(f"{locale}/mail/{kind}.txt", values)
        layout = {
            "locale": locale,
            "subject": one_line(parts.subject),
            "body": parts.body.strip(),
            "action": one_line(parts.action),
            "link": values["link"],
            "footer": self._templates.get_template(f"{locale}/mail/footer.txt").render().strip(),
        }
        return MailText(
            subject=layout["subject"],
            plain=self._templates.get_template("mail.txt").render(layout),
            html=self._templates.get_template("mail.html").render(layout),
        )

    def _parts(self, name: str, values: Mapping[str, Any]) -> Any:
        """Return a template's module, which has each variable of the template as an attribute."""
        return self._templates.get_template(name).make_module(dict(values))


def one_line(text: str) -> str:
    """Return the text without line breaks, which a heading must not have."""
    return " ".join(text.split())
