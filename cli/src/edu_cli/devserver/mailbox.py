"""The e-mails that the platform would have sent, kept as files on this machine."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

LINK = re.compile(r"https?://[^\s<>\"')\]]+")
TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)


def newest_first(folder: Path) -> list[Path]:
    """Return the messages' files; none when the folder does not exist."""
    return sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def read(path: Path) -> EmailMessage:
    """Parse a message."""
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def text(message: EmailMessage) -> str:
    """Return the body as plain text, from HTML without its tags."""
    part = message.get_body(("plain", "html"))
    content = str(part.get_content()) if part else ""
    return TAG.sub("", content) if part and part.get_content_type() == "text/html" else content
