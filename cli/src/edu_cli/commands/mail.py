"""`mail`: the messages that the platform would have sent, kept as files on this machine."""

import email
import email.policy
import re
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, table

LISTED = 30
LINK = re.compile(r"https?://[^\s<>\"')\]]+")
TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)


def mail(
    number: Annotated[int | None, typer.Argument(help="Show this message of the list.", min=1)] = None,
    last: Annotated[bool, typer.Option("--last", help="Show the newest message.")] = False,
) -> None:
    """List the mails that the platform sent, newest first, or show one with its links.

    On this machine nothing leaves by e-mail: messages to verify an address or to reset a password land here.
    """
    folder = State(default_state_directory()).mail
    messages = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    if not messages:
        return console.print("No mail has been sent yet.")
    if last or number is not None:
        return _show(_chosen(messages, number or 1))
    return _list(messages)


def _chosen(messages: list[Path], number: int) -> Path:
    if number > len(messages):
        raise LocalError(f"There is no message {number}; the list has {len(messages)}.")
    return messages[number - 1]


def _list(messages: list[Path]) -> None:
    rows = table("no", "time", "to", "subject")
    for number, path in enumerate(messages[:LISTED], start=1):
        message = _read(path)
        rows.add_row(str(number), _time(path), Text(str(message["to"])), Text(str(message["subject"])))
    console.print(rows)
    if len(messages) > LISTED:
        console.print(f"… and {len(messages) - LISTED} older ones.")
    console.print("\n[dim]./edu mail NUMBER shows one, ./edu mail --last the newest.[/]")


def _show(path: Path) -> None:
    message = _read(path)
    for name in ("from", "to", "subject"):
        console.print(Text.assemble((f"{name:<8} ", "dim"), str(message[name])))
    console.print(Text.assemble(("time     ", "dim"), _time(path)))
    body = Text(f"\n{_body(message)}")
    body.highlight_regex(LINK, "bold underline cyan")
    console.print(body, soft_wrap=True)


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    text = str(part.get_content()) if part else ""
    return TAG.sub("", text) if part and part.get_content_type() == "text/html" else text


def _time(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().strftime("%Y-%m-%d %H:%M:%S")
