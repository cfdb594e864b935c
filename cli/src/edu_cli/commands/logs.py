"""`logs`: the services' JSON lines made readable."""

import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, Annotated, Any, cast

import typer
from rich.text import Text

from edu_cli.devserver.services import NAMES
from edu_cli.devserver.state import State, default_state_directory
from edu_cli.errors import LocalError
from edu_cli.ui import console

PARTS = (*NAMES, "frontend", "gateway", "postgres", "redis")
SHOWN_APART = {"timestamp", "level", "event", "service", "logger", "exception"}
LEVEL_STYLES = {"debug": "dim", "info": "green", "warning": "yellow", "error": "bold red", "critical": "bold red"}
COLOURS = ("cyan", "magenta", "blue", "yellow", "green", "bright_cyan", "bright_black", "white", "red")
STYLES: dict[str, str] = dict(zip(PARTS, COLOURS, strict=True))
POLL_SECONDS = 0.2


def logs(
    service: Annotated[str | None, typer.Argument(help=f"One of {', '.join(PARTS)}; all without.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as new lines come.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.", min=0)] = 40,
    raw: Annotated[bool, typer.Option("--json", help="The lines as the service wrote them.")] = False,
) -> None:
    """Show what the parts of the platform log, oldest first.

    Each request's lines in all services carry the same request_id, the one in the answer's X-Request-ID.
    """
    if service is not None and service not in PARTS:
        raise LocalError(f"There is no part named {service}. Choose one of {', '.join(PARTS)}.")
    state = State(default_state_directory())
    paths = {name: state.log(name) for name in ([service] if service else PARTS)}
    with suppress(KeyboardInterrupt):
        for name, line in chain(_newest(paths, lines), _follow(paths) if follow else ()):
            _print(name, line, raw=raw)


def _newest(paths: dict[str, Path], count: int) -> list[tuple[str, str]]:
    lines = [(name, line) for name, path in paths.items() for line in _tail(path, count)]
    return sorted(lines, key=_time_of)[-count:] if count else []


def _tail(path: Path, count: int) -> list[str]:
    try:
        with path.open(errors="replace") as file:
            return list(deque((line.rstrip("\n") for line in file if line.strip()), maxlen=count))
    except FileNotFoundError:
        return []


def _follow(paths: dict[str, Path]) -> Iterator[tuple[str, str]]:
    files: dict[str, IO[str]] = {}
    partial = dict.fromkeys(paths, "")
    for name, path in paths.items():
        path.touch()
        files[name] = path.open(errors="replace")
        files[name].seek(0, 2)
    while True:
        for name, file in files.items():
            *whole, partial[name] = (partial[name] + file.read()).split("\n")
            yield from ((name, line) for line in whole if line.strip())
        time.sleep(POLL_SECONDS)


def _time_of(entry: tuple[str, str]) -> str:
    """A sortable time; a line without one (a traceback of the interpreter) goes last."""
    fields = _fields(entry[1])
    return str(fields["timestamp"]) if "timestamp" in fields else _postgres_time(entry[1])


def _postgres_time(line: str) -> str:
    stamp = line[:23].replace(" ", "T")
    return stamp if stamp[:2] == "20" else "~"


def _fields(line: str) -> dict[str, Any]:
    with suppress(json.JSONDecodeError):
        value = json.loads(line)
        if isinstance(value, dict):
            return cast("dict[str, Any]", value)
    return {}


def _print(part: str, line: str, *, raw: bool) -> None:
    if raw:
        console.out(line, highlight=False)
    else:
        console.print(render(part, line), soft_wrap=True)


def render(part: str, line: str) -> Text:
    """A JSON line as `time part level event key=value …`, an exception below it; other lines as they are."""
    fields = _fields(line)
    name = (f"{part:<12} ", STYLES[part])
    if not fields:
        return Text.assemble(name, line)
    level = str(fields.get("level", ""))
    text = Text.assemble(
        (f"{_clock(fields.get('timestamp'))} ", "dim"),
        name,
        (f"{level:<8}", LEVEL_STYLES.get(level, "")),
        str(fields.get("event", "")),
    )
    for key, value in fields.items():
        if key not in SHOWN_APART:
            text.append(f"  {key}=", "dim")
            text.append(value if isinstance(value, str) else json.dumps(value))
    if fields.get("exception"):
        text.append(f"\n{fields['exception']}", "red")
    return text


def _clock(timestamp: Any) -> str:
    """Local time of day with milliseconds."""
    try:
        return datetime.fromisoformat(str(timestamp)).astimezone().strftime("%H:%M:%S.%f")[:-3]
    except ValueError:
        return "            "
