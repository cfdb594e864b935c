"""The components' logs: merged by time, followed, and made readable."""

import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from rich.text import Text

from edu_topology import SERVICES

COMPONENTS = (*SERVICES, "frontend", "gateway", "postgres", "redis")
RENDERED_APART = {"timestamp", "level", "event", "service", "logger", "exception"}
LEVEL_STYLES = {"debug": "dim", "info": "green", "warning": "yellow", "error": "bold red", "critical": "bold red"}
COLOURS = ("cyan", "magenta", "blue", "yellow", "green", "bright_cyan", "bright_black", "white", "red")
STYLES: dict[str, str] = dict(zip(COMPONENTS, COLOURS, strict=True))
POLL_SECONDS = 0.2


def newest(paths: Mapping[str, Path], count: int) -> list[tuple[str, str]]:
    """Return the last `count` lines of all logs together, each with its component, oldest first."""
    lines = [(name, line) for name, path in paths.items() for line in _tail(path, count)]
    return sorted(lines, key=_timestamp)[-count:] if count else []


def _tail(path: Path, count: int) -> list[str]:
    try:
        with path.open(errors="replace") as file:
            return list(deque((line.rstrip("\n") for line in file if line.strip()), maxlen=count))
    except FileNotFoundError:
        return []


def follow(paths: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield each new line with its component, without end."""
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


def _timestamp(entry: tuple[str, str]) -> str:
    """Return a sortable time; a line without one (a traceback of the interpreter) sorts last."""
    fields = _fields(entry[1])
    return str(fields["timestamp"]) if "timestamp" in fields else _postgres_timestamp(entry[1])


def _postgres_timestamp(line: str) -> str:
    stamp = line[:23].replace(" ", "T")
    return stamp if stamp[:2] == "20" else "~"


def _fields(line: str) -> dict[str, Any]:
    with suppress(json.JSONDecodeError):
        value = json.loads(line)
        if isinstance(value, dict):
            return cast("dict[str, Any]", value)
    return {}


def render(component: str, line: str) -> Text:
    """Render a JSON line as `time component level event key=value …`, an exception below it; others as they are."""
    fields = _fields(line)
    name = (f"{component:<12} ", STYLES[component])
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
        if key not in RENDERED_APART:
            text.append(f"  {key}=", "dim")
            text.append(value if isinstance(value, str) else json.dumps(value))
    if fields.get("exception"):
        text.append(f"\n{fields['exception']}", "red")
    return text


def _clock(timestamp: Any) -> str:
    """Return the local time of day with milliseconds; blanks when there is none."""
    try:
        return datetime.fromisoformat(str(timestamp)).astimezone().strftime("%H:%M:%S.%f")[:-3]
    except ValueError:
        return "            "
