"""`logs` and `mail`: what the platform has written."""

from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from edu_cli.devserver import logs as log_files
from edu_cli.devserver import mailbox
from edu_cli.devserver.logs import COMPONENTS
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console, table

LISTED = 30


def logs(
    service: Annotated[str | None, typer.Argument(help=f"One of {', '.join(COMPONENTS)}; all by default.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Continue as new lines arrive.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.", min=0)] = 40,
    raw: Annotated[bool, typer.Option("--json", help="The lines as the service wrote them.")] = False,
) -> None:
    """Show the components' logs, oldest line first.

    All lines of one request carry the same request_id, in every service: the response's X-Request-ID.
    """
    if service is not None and service not in COMPONENTS:
        raise LocalError(f"There is no component named {service}. Choose one of {', '.join(COMPONENTS)}.")
    state = State(default_state_directory())
    paths = {name: state.log(name) for name in ([service] if service else COMPONENTS)}
    with suppress(KeyboardInterrupt):
        for name, line in chain(log_files.newest(paths, lines), log_files.follow(paths) if follow else ()):
            if raw:
                console.out(line, highlight=False)
            else:
                console.print(log_files.render(name, line), soft_wrap=True)


def mail(
    number: Annotated[int | None, typer.Argument(help="Show this message of the list.", min=1)] = None,
    last: Annotated[bool, typer.Option("--last", help="Show the newest message.")] = False,
) -> None:
    """List the e-mails the platform has sent, or show one.

    On this machine no e-mail leaves: messages that verify an account or reset a password are kept as files.
    """
    messages = mailbox.newest_first(State(default_state_directory()).mail)
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
        message = mailbox.read(path)
        rows.add_row(str(number), _time(path), Text(str(message["to"])), Text(str(message["subject"])))
    console.print(rows)
    if len(messages) > LISTED:
        console.print(f"… and {len(messages) - LISTED} older ones.")
    console.print("\n[dim]./edu mail NUMBER shows one, ./edu mail --last the newest.[/]")


def _show(path: Path) -> None:
    message = mailbox.read(path)
    for name in ("from", "to", "subject"):
        console.print(Text.assemble((f"{name:<8} ", "dim"), str(message[name])))
    console.print(Text.assemble(("time     ", "dim"), _time(path)))
    body = Text(f"\n{mailbox.text(message)}")
    body.highlight_regex(mailbox.LINK, "bold underline cyan")
    console.print(body, soft_wrap=True)


def _time(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone().strftime("%Y-%m-%d %H:%M:%S")
